-- The ledger on MariaDB. Times are milliseconds since the epoch; states, types, roles and policies are the numbers of
-- dev.mailer.core.internal.store.Codes. Small hot rows (delivery) stand apart from large cold ones (content, chunk).

-- Each statement here is committed by itself, so that a start that was killed leaves some of them: all can be repeated.

-- Texts are compared byte by byte, trailing spaces included. Lengths are given where a column is in an index.

-- Each process takes ids in blocks of this increment and gives them out itself, so no key has to be read back.
create sequence if not exists mailer_id_seq start with 1 increment by 4096 cache 10 engine = innodb;

-- The ledger's own keys, wrapped with a master key; there are none without encryption. A row of purpose master stands for a master key
-- that rows may need, and wraps something that only tells which key it is.
create table if not exists mailer_key (
    purpose        varchar(20) not null,
    version        integer not null,
    master_version integer not null,
    wrapped_key    blob not null,
    created_at     bigint not null,
    primary key (purpose, version)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

create table if not exists mailer_tenant (
    id         bigint       primary key,
    name       varchar(255) not null unique,
    created_at bigint       not null
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

create table if not exists mailer_stream (
    id        bigint       primary key,
    tenant_id bigint       not null references mailer_tenant (id),
    name      varchar(255) not null,
    unique (tenant_id, name)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- Encrypted at rest are the texts of a message whose key_version is the version of a master key: sender, From, subject and tags
-- together in sealed, content, recipients, outcomes and details of events in their columns. wrapped_key is its data key, wrapped
-- with that master key. Without encryption key_version is 0; it is -1 where a message was erased.
create table if not exists mailer_message (
    id                bigint     primary key,
    tenant_id         bigint     not null,
    stream_id         bigint     not null,
    message_id        binary(16) not null unique,
    accepted_at       bigint     not null,
    send_at           bigint,
    expires_at        bigint,
    policy            smallint   not null,
    sender            mediumtext,
    from_header       mediumtext,
    subject           mediumtext,
    message_id_header mediumtext not null,
    tags              mediumtext,
    sealed            mediumblob,
    key_version       integer    not null default 0,
    wrapped_key       blob
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_message_tenant on mailer_message (tenant_id, message_id);

create table if not exists mailer_content (
    message_id  bigint   primary key,
    tenant_id   bigint   not null,
    accepted_at bigint   not null,
    document    longblob not null,
    raw         longblob
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_content_age on mailer_content (accepted_at);

create table if not exists mailer_blob (
    id          bigint        primary key,
    tenant_id   bigint        not null,
    digest      varbinary(64),
    size        bigint        not null,
    touched_at  bigint        not null,
    key_version integer       not null default 0,
    wrapped_key blob
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_blob_digest on mailer_blob (tenant_id, digest);
create index if not exists mailer_blob_touched on mailer_blob (touched_at);

create table if not exists mailer_chunk (
    blob_id   bigint     not null,
    n         integer    not null,
    tenant_id bigint     not null,
    data      mediumblob not null,
    primary key (blob_id, n)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

create table if not exists mailer_content_ref (
    message_id bigint        not null,
    tenant_id  bigint        not null,
    digest     varbinary(64) not null,
    primary key (message_id, digest)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_content_ref_digest on mailer_content_ref (tenant_id, digest);

-- No index here can be of some rows only. What is searched for is null in all rows that are not meant, so that finished deliveries are in
-- no way of a search, and that no index but the first is written when one ends: ready_stream and open_until by definition,
-- due_at but where a delivery waits, node_id but where a node holds it.
--
-- lookup_hash stands for an address that cannot be read: its plain SHA-256, or, in a message with a key, an HMAC under the ledger's
-- look-up key. recipient and outcome are encrypted with the message's key where it has one.
create table if not exists mailer_delivery (
    id                 bigint        primary key,
    tenant_id          bigint        not null,
    stream_id          bigint        not null,
    message_id         bigint        not null,
    domain             varchar(255)  not null,
    recipient          mediumtext    not null,
    lookup_hash        varbinary(64) not null,
    role               smallint      not null,
    policy             smallint      not null,
    state              smallint      not null,
    size               bigint        not null,
    due_at             bigint,
    expires_at         bigint,
    attempt            integer       not null default 0,
    retries            integer       not null default 0,
    crashes            integer       not null default 0,
    journalled         smallint      not null default 0,
    node_id            bigint,
    changed_at         bigint        not null,
    outcome            mediumtext,
    ready_stream       bigint        generated always as (case when state = 1 then stream_id end) stored,
    open_until         bigint        generated always as (case when state in (0, 1, 3, 4) then expires_at end) stored
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_delivery_message on mailer_delivery (message_id);
create index if not exists mailer_delivery_ready on mailer_delivery (ready_stream, domain, id);
create index if not exists mailer_delivery_waiting on mailer_delivery (due_at);
create index if not exists mailer_delivery_held on mailer_delivery (node_id);
create index if not exists mailer_delivery_expiring on mailer_delivery (open_until);

-- Finds the mail of an address. Apart from mailer_delivery, because an index of that table is written whenever a row changes.
create table if not exists mailer_recipient (
    tenant_id   bigint        not null,
    lookup_hash varbinary(64) not null,
    message_id  bigint        not null,
    primary key (tenant_id, lookup_hash, message_id)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- The position is given after commit, by one node at a time, so that a feed never skips a transaction that committed late;
-- what is given together is ordered by time, because the ids of several nodes are not.
create table if not exists mailer_event (
    id          bigint       primary key,
    position    bigint,
    tenant_id   bigint       not null,
    message_id  bigint,
    delivery_id bigint,
    type        smallint     not null,
    at          bigint       not null,
    attempt     integer      not null default 0,
    source      varchar(500),
    detail      mediumtext,
    change_id   bigint
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_event_message on mailer_event (message_id, delivery_id);
create unique index if not exists mailer_event_source on mailer_event (tenant_id, source);
create index if not exists mailer_event_position on mailer_event (position, at, id);

-- The hashes are keyed where there is encryption. An empty content_hash is that of a mail that was erased.
create table if not exists mailer_idempotency (
    tenant_id    bigint        not null,
    key_hash     varbinary(64) not null,
    content_hash varbinary(64) not null,
    message_id   binary(16)    not null,
    created_at   bigint        not null,
    primary key (tenant_id, key_hash)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_idempotency_age on mailer_idempotency (created_at);
create index if not exists mailer_idempotency_message on mailer_idempotency (message_id);

-- Each reason has an entry of its own. stream_id 0 means all streams of the tenant. lookup_key_version is 0 for a plain hash and else the version of the look-up key;
-- key_version and wrapped_key are of the address, as those of mailer_message are of its texts.
create table if not exists mailer_suppression (
    tenant_id          bigint        not null,
    lookup_hash        varbinary(64) not null,
    lookup_key_version integer       not null default 0,
    stream_id          bigint        not null,
    address            mediumtext    not null,
    domain             varchar(255)  not null,
    reason             varchar(50)   not null,
    origin             mediumtext    not null,
    created_at         bigint        not null,
    until_at           bigint,
    key_version        integer       not null default 0,
    wrapped_key        blob,
    primary key (tenant_id, lookup_hash, stream_id, reason)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_suppression_domain on mailer_suppression (tenant_id, domain);

create table if not exists mailer_queue (
    stream_id    bigint       not null,
    domain       varchar(255) not null,
    tenant_id    bigint       not null,
    parked_until bigint       not null,
    reason       mediumtext   not null,
    strikes      integer      not null,
    changed_at   bigint       not null,
    primary key (stream_id, domain)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_queue_changed on mailer_queue (changed_at);

-- key_version is of the master key that the node writes with, 0 without encryption.
create table if not exists mailer_node (
    id          bigint     primary key,
    name        mediumtext not null,
    key_version integer    not null default 0,
    started_at  bigint     not null,
    lease_until bigint     not null
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- node_id names the one node that feeds the consumer; it may be one that is gone from mailer_node.
create table if not exists mailer_consumer (
    name     varchar(255) primary key,
    position bigint       not null,
    node_id  bigint
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- The last position that was given; its lock is held by the one who gives more. The other row is for the check of a node that starts.
insert ignore into mailer_consumer (name, position) values ('#last', 0), ('#check', 0);

-- Keys of the tokens in links; sealed is 1 where the ledger's key for texts encrypts the secret. One that was revoked has none.
create table if not exists mailer_token_key (
    version    integer        primary key,
    valid_from bigint         not null,
    sealed     smallint       not null default 0,
    secret     varbinary(255),
    created_at bigint         not null
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- config is encrypted with the ledger's key for texts where it begins with "sealed:". enabled is 1 or 0, and -1 for one that was
-- removed, whose deliveries are being removed. told_after is a position of the feed.
create table if not exists mailer_webhook (
    id            varchar(64) not null,
    tenant_id     bigint      not null,
    config        mediumtext  not null,
    created_at    bigint      not null,
    told_after    bigint      not null,
    enabled       smallint    not null,
    reason        mediumtext  not null,
    changed_at    bigint      not null,
    failures      integer     not null default 0,
    failing_since bigint,
    succeeded_at  bigint,
    rests_until   bigint,
    primary key (id)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_webhook_tenant on mailer_webhook (tenant_id);

-- An event for an endpoint. due_at is null when it has ended; a claim moves it to when the claim ends, so that it comes back then. tries
-- counts from when it was last made to wait.
create table if not exists mailer_webhook_delivery (
    webhook_id varchar(64) not null,
    event_id   bigint      not null,
    tenant_id  bigint      not null,
    type       smallint    not null,
    status     smallint    not null,
    created_at bigint      not null,
    changed_at bigint      not null,
    attempts   integer     not null default 0,
    tries      integer     not null default 0,
    due_at     bigint,
    primary key (webhook_id, event_id)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_webhook_delivery_due on mailer_webhook_delivery (webhook_id, due_at);
create index if not exists mailer_webhook_delivery_ended on mailer_webhook_delivery (status, changed_at);

create table if not exists mailer_webhook_attempt (
    webhook_id varchar(64) not null,
    event_id   bigint      not null,
    n          integer     not null,
    tenant_id  bigint      not null,
    at         bigint      not null,
    status     smallint    not null,
    took       integer     not null,
    result     mediumtext  not null,
    excerpt    mediumtext  not null,
    primary key (webhook_id, event_id, n)
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;

-- What was changed in the suppression list, each entry by itself. Sealed is 1 where the ledger's key for texts encrypts the address, and -1 where
-- that is erased. event_id is that of the event about the address alone, whose change_id leads back here.
create table if not exists mailer_suppression_change (
    id                 bigint not null primary key,
    tenant_id          bigint not null,
    lookup_hash        varbinary(64) not null,
    lookup_key_version integer not null default 0,
    stream_id          bigint not null,
    removed            smallint not null,
    reason             mediumtext not null,
    origin             mediumtext not null,
    at                 bigint not null,
    until_at           bigint,
    address            mediumtext not null,
    sealed             smallint not null default 0,
    event_id           bigint
) engine = innodb, row_format = dynamic, character set utf8mb4, collate utf8mb4_nopad_bin;
create index if not exists mailer_suppression_change_address on mailer_suppression_change (tenant_id, lookup_hash, id);
create index if not exists mailer_suppression_change_age on mailer_suppression_change (at);

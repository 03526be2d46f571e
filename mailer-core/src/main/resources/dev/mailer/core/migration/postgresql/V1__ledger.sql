-- The ledger on PostgreSQL. Times are milliseconds since the epoch; states, types, roles and policies are the numbers of
-- dev.mailer.core.internal.store.Codes. Small hot rows (delivery) stand apart from large cold ones (content, chunk).

-- Each process takes ids in blocks of this increment and gives them out itself, so no key has to be read back.
create sequence mailer_id_seq increment by 4096;

-- The ledger's own keys, wrapped with a master key; there are none without encryption. A row of purpose master stands for a master key
-- that rows may need, and wraps something that only tells which key it is.
create table mailer_key (
    purpose        text not null,
    version        integer not null,
    master_version integer not null,
    wrapped_key    bytea not null,
    created_at     bigint not null,
    primary key (purpose, version)
);

create table mailer_tenant (
    id         bigint primary key,
    name       text   not null unique,
    created_at bigint not null
);

create table mailer_stream (
    id        bigint primary key,
    tenant_id bigint not null references mailer_tenant (id),
    name      text   not null,
    unique (tenant_id, name)
);

-- Encrypted at rest are the texts of a message whose key_version is the version of a master key: sender, From, subject and tags
-- together in sealed, content, recipients, outcomes and details of events in their columns. wrapped_key is its data key, wrapped
-- with that master key. Without encryption key_version is 0; it is -1 where a message was erased.
create table mailer_message (
    id                bigint   primary key,
    tenant_id         bigint   not null,
    stream_id         bigint   not null,
    message_id        uuid     not null unique,
    accepted_at       bigint   not null,
    send_at           bigint,
    expires_at        bigint,
    policy            smallint not null,
    sender            text,
    from_header       text,
    subject           text,
    message_id_header text     not null,
    tags              text,
    sealed            bytea,
    key_version       integer  not null default 0,
    wrapped_key       bytea
);
create index mailer_message_tenant on mailer_message (tenant_id, message_id);

create table mailer_content (
    message_id  bigint primary key,
    tenant_id   bigint not null,
    accepted_at bigint not null,
    document    bytea  not null,
    raw         bytea
);
create index mailer_content_age on mailer_content (accepted_at);
-- Content is mostly incompressible or small; compressing it costs more than it saves here.
alter table mailer_content alter document set storage external, alter raw set storage external;

create table mailer_blob (
    id          bigint  primary key,
    tenant_id   bigint  not null,
    digest      bytea,
    size        bigint  not null,
    touched_at  bigint  not null,
    key_version integer not null default 0,
    wrapped_key bytea
);
create index mailer_blob_digest on mailer_blob (tenant_id, digest);
create index mailer_blob_touched on mailer_blob (touched_at);

create table mailer_chunk (
    blob_id   bigint  not null,
    n         integer not null,
    tenant_id bigint  not null,
    data      bytea   not null,
    primary key (blob_id, n)
);
alter table mailer_chunk alter data set storage external;

create table mailer_content_ref (
    message_id bigint not null,
    tenant_id  bigint not null,
    digest     bytea  not null,
    primary key (message_id, digest)
);
create index mailer_content_ref_digest on mailer_content_ref (tenant_id, digest);

-- lookup_hash stands for an address that cannot be read: its plain SHA-256, or, in a message with a key, an HMAC under the ledger's
-- look-up key. recipient and outcome are encrypted with the message's key where it has one.
create table mailer_delivery (
    id                 bigint   primary key,
    tenant_id          bigint   not null,
    stream_id          bigint   not null,
    message_id         bigint   not null,
    domain             text     collate "C" not null,
    recipient          text     not null,
    lookup_hash        bytea    not null,
    role               smallint not null,
    policy             smallint not null,
    state              smallint not null,
    size               bigint   not null,
    due_at             bigint,
    expires_at         bigint,
    attempt            integer  not null default 0,
    retries            integer  not null default 0,
    crashes            integer  not null default 0,
    journalled         smallint not null default 0,
    node_id            bigint,
    changed_at         bigint   not null,
    outcome            text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index mailer_delivery_message on mailer_delivery (message_id);
create index mailer_delivery_ready on mailer_delivery (stream_id, domain, id) where state = 1;
create index mailer_delivery_waiting on mailer_delivery (due_at) where state in (0, 3);
create index mailer_delivery_alone on mailer_delivery (due_at) where state = 4;
create index mailer_delivery_held on mailer_delivery (node_id) where state = 2;
create index mailer_delivery_expiring on mailer_delivery (expires_at)
    where expires_at is not null and state in (0, 1, 3, 4);

-- Finds the mail of an address. Apart from mailer_delivery, because an index of that table is written whenever a row changes.
create table mailer_recipient (
    tenant_id   bigint not null,
    lookup_hash bytea  not null,
    message_id  bigint not null,
    primary key (tenant_id, lookup_hash, message_id)
);

-- The position is given after commit, by one node at a time, so that a feed never skips a transaction that committed late;
-- what is given together is ordered by time, because the ids of several nodes are not.
create table mailer_event (
    id          bigint   primary key,
    position    bigint,
    tenant_id   bigint   not null,
    message_id  bigint,
    delivery_id bigint,
    type        smallint not null,
    at          bigint   not null,
    attempt     integer  not null default 0,
    source      text,
    detail      text,
    change_id   bigint
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
create index mailer_event_message on mailer_event (message_id, delivery_id);
create unique index mailer_event_source on mailer_event (tenant_id, source) where source is not null;
create unique index mailer_event_position on mailer_event (position) where position is not null;
create index mailer_event_unpositioned on mailer_event (position, at, id) where position is null;

-- The hashes are keyed where there is encryption. An empty content_hash is that of a mail that was erased.
create table mailer_idempotency (
    tenant_id    bigint not null,
    key_hash     bytea  not null,
    content_hash bytea  not null,
    message_id   uuid   not null,
    created_at   bigint not null,
    primary key (tenant_id, key_hash)
);
create index mailer_idempotency_age on mailer_idempotency (created_at);
create index mailer_idempotency_message on mailer_idempotency (message_id);

-- Each reason has an entry of its own. stream_id 0 means all streams of the tenant. lookup_key_version is 0 for a plain hash and else the version of the look-up key;
-- key_version and wrapped_key are of the address, as those of mailer_message are of its texts.
create table mailer_suppression (
    tenant_id          bigint  not null,
    lookup_hash        bytea   not null,
    lookup_key_version integer not null default 0,
    stream_id          bigint  not null,
    address            text    not null,
    domain             text    not null,
    reason             text    collate "C" not null,
    origin             text    not null,
    created_at         bigint  not null,
    until_at           bigint,
    key_version        integer not null default 0,
    wrapped_key        bytea,
    primary key (tenant_id, lookup_hash, stream_id, reason)
);
create index mailer_suppression_domain on mailer_suppression (tenant_id, domain);

create table mailer_queue (
    stream_id    bigint  not null,
    domain       text    collate "C" not null,
    tenant_id    bigint  not null,
    parked_until bigint  not null,
    reason       text    not null,
    strikes      integer not null,
    changed_at   bigint  not null,
    primary key (stream_id, domain)
);
create index mailer_queue_changed on mailer_queue (changed_at);

-- key_version is of the master key that the node writes with, 0 without encryption.
create table mailer_node (
    id          bigint primary key,
    name        text   not null,
    key_version integer not null default 0,
    started_at  bigint not null,
    lease_until bigint not null
);

-- node_id names the one node that feeds the consumer; it may be one that is gone from mailer_node.
create table mailer_consumer (
    name     text   primary key,
    position bigint not null,
    node_id  bigint
);

-- Keys of the tokens in links; sealed is 1 where the ledger's key for texts encrypts the secret. One that was revoked has none.
create table mailer_token_key (
    version    integer  primary key,
    valid_from bigint   not null,
    sealed     smallint not null default 0,
    secret     bytea,
    created_at bigint   not null
);

-- config is encrypted with the ledger's key for texts where it begins with "sealed:". enabled is 1 or 0, and -1 for one that was
-- removed, whose deliveries are being removed. told_after is a position of the feed.
create table mailer_webhook (
    id            text     not null,
    tenant_id     bigint   not null,
    config        text     not null,
    created_at    bigint   not null,
    told_after    bigint   not null,
    enabled       smallint not null,
    reason        text     not null,
    changed_at    bigint   not null,
    failures      integer  not null default 0,
    failing_since bigint,
    succeeded_at  bigint,
    rests_until   bigint,
    primary key (id)
);
create index mailer_webhook_tenant on mailer_webhook (tenant_id);

-- An event for an endpoint. due_at is null when it has ended; a claim moves it to when the claim ends, so that it comes back then. tries
-- counts from when it was last made to wait.
create table mailer_webhook_delivery (
    webhook_id text     not null,
    event_id   bigint   not null,
    tenant_id  bigint   not null,
    type       smallint not null,
    status     smallint not null,
    created_at bigint   not null,
    changed_at bigint   not null,
    attempts   integer  not null default 0,
    tries      integer  not null default 0,
    due_at     bigint,
    primary key (webhook_id, event_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
create index mailer_webhook_delivery_due on mailer_webhook_delivery (webhook_id, due_at) where due_at is not null;
create index mailer_webhook_delivery_ended on mailer_webhook_delivery (status, changed_at) where due_at is null;

create table mailer_webhook_attempt (
    webhook_id text     not null,
    event_id   bigint   not null,
    n          integer  not null,
    tenant_id  bigint   not null,
    at         bigint   not null,
    status     smallint not null,
    took       integer  not null,
    result     text     not null,
    excerpt    text     not null,
    primary key (webhook_id, event_id, n)
);

-- What was changed in the suppression list, each entry by itself. Sealed is 1 where the ledger's key for texts encrypts the address, and -1 where
-- that is erased. event_id is that of the event about the address alone, whose change_id leads back here.
create table mailer_suppression_change (
    id                 bigint not null primary key,
    tenant_id          bigint not null,
    lookup_hash        bytea not null,
    lookup_key_version integer not null default 0,
    stream_id          bigint not null,
    removed            smallint not null,
    reason             text not null,
    origin             text not null,
    at                 bigint not null,
    until_at           bigint,
    address            text not null,
    sealed             smallint not null default 0,
    event_id           bigint
);
create index mailer_suppression_change_address on mailer_suppression_change (tenant_id, lookup_hash, id);
create index mailer_suppression_change_age on mailer_suppression_change (at);

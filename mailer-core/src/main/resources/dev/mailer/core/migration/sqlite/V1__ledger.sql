-- The ledger on SQLite. Times are milliseconds since the epoch; states, types, roles and policies are the numbers of
-- dev.mailer.core.internal.store.Codes. Small hot rows (delivery) stand apart from large cold ones (content, chunk).

-- The ledger's own keys, wrapped with a master key; there are none without encryption. A row of purpose master stands for a master key
-- that rows may need, and wraps something that only tells which key it is.
create table mailer_key (
    purpose        text not null,
    version        integer not null,
    master_version integer not null,
    wrapped_key    blob not null,
    created_at     integer not null,
    primary key (purpose, version)
) without rowid;

create table mailer_tenant (
    id         integer primary key,
    name       text    not null unique,
    created_at integer not null
);

create table mailer_stream (
    id        integer primary key,
    tenant_id integer not null references mailer_tenant (id),
    name      text    not null,
    unique (tenant_id, name)
);

-- Encrypted at rest are the texts of a message whose key_version is the version of a master key: sender, From, subject and tags
-- together in sealed, content, recipients, outcomes and details of events in their columns. wrapped_key is its data key, wrapped
-- with that master key. Without encryption key_version is 0; it is -1 where a message was erased.
create table mailer_message (
    id                integer primary key,
    tenant_id         integer not null,
    stream_id         integer not null,
    message_id        blob    not null unique,
    accepted_at       integer not null,
    send_at           integer,
    expires_at        integer,
    policy            integer not null,
    sender            text,
    from_header       text,
    subject           text,
    message_id_header text    not null,
    tags              text,
    sealed            blob,
    key_version       integer not null default 0,
    wrapped_key       blob
);
create index mailer_message_tenant on mailer_message (tenant_id, message_id);

create table mailer_content (
    message_id  integer primary key,
    tenant_id   integer not null,
    accepted_at integer not null,
    document    blob    not null,
    raw         blob
);
create index mailer_content_age on mailer_content (accepted_at);

create table mailer_blob (
    id          integer primary key,
    tenant_id   integer not null,
    digest      blob,
    size        integer not null,
    touched_at  integer not null,
    key_version integer not null default 0,
    wrapped_key blob
);
create index mailer_blob_digest on mailer_blob (tenant_id, digest);
create index mailer_blob_touched on mailer_blob (touched_at);

create table mailer_chunk (
    blob_id   integer not null,
    n         integer not null,
    tenant_id integer not null,
    data      blob    not null,
    primary key (blob_id, n)
) without rowid;

create table mailer_content_ref (
    message_id integer not null,
    tenant_id  integer not null,
    digest     blob    not null,
    primary key (message_id, digest)
) without rowid;
create index mailer_content_ref_digest on mailer_content_ref (tenant_id, digest);

-- lookup_hash stands for an address that cannot be read: its plain SHA-256, or, in a message with a key, an HMAC under the ledger's
-- look-up key. recipient and outcome are encrypted with the message's key where it has one.
create table mailer_delivery (
    id                 integer primary key,
    tenant_id          integer not null,
    stream_id          integer not null,
    message_id         integer not null,
    domain             text    not null,
    recipient          text    not null,
    lookup_hash        blob    not null,
    role               integer not null,
    policy             integer not null,
    state              integer not null,
    size               integer not null,
    due_at             integer,
    expires_at         integer,
    attempt            integer not null default 0,
    retries            integer not null default 0,
    crashes            integer not null default 0,
    journalled         integer not null default 0,
    node_id            integer,
    changed_at         integer not null,
    outcome            text
);
create index mailer_delivery_message on mailer_delivery (message_id);
create index mailer_delivery_ready on mailer_delivery (stream_id, domain, id) where state = 1;
create index mailer_delivery_waiting on mailer_delivery (due_at) where state in (0, 3);
create index mailer_delivery_alone on mailer_delivery (due_at) where state = 4;
create index mailer_delivery_held on mailer_delivery (node_id) where state = 2;
create index mailer_delivery_expiring on mailer_delivery (expires_at) where expires_at is not null and state in (0, 1, 3, 4);

-- Finds the mail of an address. Apart from mailer_delivery, because an index of that table is written whenever a row changes.
create table mailer_recipient (
    tenant_id   integer not null,
    lookup_hash blob    not null,
    message_id  integer not null,
    primary key (tenant_id, lookup_hash, message_id)
) without rowid;

-- The id is the feed's position: it is given under the write lock, so ids commit in order, and never again, because whoever reads
-- the feed keeps the last one that it has seen.
create table mailer_event (
    id          integer primary key,
    tenant_id   integer not null,
    message_id  integer,
    delivery_id integer,
    type        integer not null,
    at          integer not null,
    attempt     integer not null default 0,
    source      text,
    detail      text,
    change_id   integer
);
create index mailer_event_message on mailer_event (message_id, delivery_id);
create unique index mailer_event_source on mailer_event (tenant_id, source) where source is not null;

-- How far the ids of events went when some were removed last.
create table mailer_event_end (
    one  integer primary key,
    last integer not null
);

-- The hashes are keyed where there is encryption. An empty content_hash is that of a mail that was erased.
create table mailer_idempotency (
    tenant_id    integer not null,
    key_hash     blob    not null,
    content_hash blob    not null,
    message_id   blob    not null,
    created_at   integer not null,
    primary key (tenant_id, key_hash)
) without rowid;
create index mailer_idempotency_age on mailer_idempotency (created_at);
create index mailer_idempotency_message on mailer_idempotency (message_id);

-- Each reason has an entry of its own. stream_id 0 means all streams of the tenant. lookup_key_version is 0 for a plain hash and else the version of the look-up key;
-- key_version and wrapped_key are of the address, as those of mailer_message are of its texts.
create table mailer_suppression (
    tenant_id          integer not null,
    lookup_hash        blob    not null,
    lookup_key_version integer not null default 0,
    stream_id          integer not null,
    address            text    not null,
    domain             text    not null,
    reason             text    not null,
    origin             text    not null,
    created_at         integer not null,
    until_at           integer,
    key_version        integer not null default 0,
    wrapped_key        blob,
    primary key (tenant_id, lookup_hash, stream_id, reason)
) without rowid;
create index mailer_suppression_domain on mailer_suppression (tenant_id, domain);

create table mailer_queue (
    stream_id    integer not null,
    domain       text    not null,
    tenant_id    integer not null,
    parked_until integer not null,
    reason       text    not null,
    strikes      integer not null,
    changed_at   integer not null,
    primary key (stream_id, domain)
) without rowid;
create index mailer_queue_changed on mailer_queue (changed_at);

-- key_version is of the master key that the node writes with, 0 without encryption.
create table mailer_node (
    id          integer primary key autoincrement,
    name        text    not null,
    key_version integer not null default 0,
    started_at  integer not null,
    lease_until integer not null
);

-- node_id names the one node that feeds the consumer; it may be one that is gone from mailer_node.
create table mailer_consumer (
    name     text    primary key,
    position integer not null,
    node_id  integer
);

-- Keys of the tokens in links; sealed is 1 where the ledger's key for texts encrypts the secret. One that was revoked has none.
create table mailer_token_key (
    version    integer primary key,
    valid_from integer not null,
    sealed     integer not null default 0,
    secret     blob,
    created_at integer not null
);

-- config is encrypted with the ledger's key for texts where it begins with "sealed:". enabled is 1 or 0, and -1 for one that was
-- removed, whose deliveries are being removed. told_after is a position of the feed.
create table mailer_webhook (
    id            text    not null,
    tenant_id     integer not null,
    config        text    not null,
    created_at    integer not null,
    told_after    integer not null,
    enabled       integer not null,
    reason        text    not null,
    changed_at    integer not null,
    failures      integer not null default 0,
    failing_since integer,
    succeeded_at  integer,
    rests_until   integer,
    primary key (id)
) without rowid;
create index mailer_webhook_tenant on mailer_webhook (tenant_id);

-- An event for an endpoint. due_at is null when it has ended; a claim moves it to when the claim ends, so that it comes back then. tries
-- counts from when it was last made to wait.
create table mailer_webhook_delivery (
    webhook_id text    not null,
    event_id   integer not null,
    tenant_id  integer not null,
    type       integer not null,
    status     integer not null,
    created_at integer not null,
    changed_at integer not null,
    attempts   integer not null default 0,
    tries      integer not null default 0,
    due_at     integer,
    primary key (webhook_id, event_id)
) without rowid;
create index mailer_webhook_delivery_due on mailer_webhook_delivery (webhook_id, due_at) where due_at is not null;
create index mailer_webhook_delivery_ended on mailer_webhook_delivery (status, changed_at) where due_at is null;

create table mailer_webhook_attempt (
    webhook_id text    not null,
    event_id   integer not null,
    n          integer not null,
    tenant_id  integer not null,
    at         integer not null,
    status     integer not null,
    took       integer not null,
    result     text    not null,
    excerpt    text    not null,
    primary key (webhook_id, event_id, n)
) without rowid;

-- What was changed in the suppression list, each entry by itself. Sealed is 1 where the ledger's key for texts encrypts the address, and -1 where
-- that is erased. event_id is that of the event about the address alone, whose change_id leads back here.
create table mailer_suppression_change (
    id                 integer primary key,
    tenant_id          integer not null,
    lookup_hash        blob not null,
    lookup_key_version integer not null default 0,
    stream_id          integer not null,
    removed            integer not null,
    reason             text not null,
    origin             text not null,
    at                 integer not null,
    until_at           integer,
    address            text not null,
    sealed             integer not null default 0,
    event_id           integer
);
create index mailer_suppression_change_address on mailer_suppression_change (tenant_id, lookup_hash, id);
create index mailer_suppression_change_age on mailer_suppression_change (at);

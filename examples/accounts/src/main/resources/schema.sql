create table if not exists accounts (email varchar(320) primary key, name varchar(100) not null, verified boolean not null);
create table if not exists codes (purpose varchar(20) not null, email varchar(320) not null, hash varchar(64) not null,
  issued_at bigint not null, expires_at bigint not null, primary key (purpose, email))

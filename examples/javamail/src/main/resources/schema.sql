create table if not exists members (email varchar(320) primary key, name varchar(100) not null)

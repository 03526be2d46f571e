create table if not exists orders (number integer primary key, email varchar(320) not null, pickup_code varchar(6) not null)

create table customers (id integer);

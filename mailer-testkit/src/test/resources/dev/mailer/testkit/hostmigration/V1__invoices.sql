-- A migration of the application.
create table invoices (number integer primary key);

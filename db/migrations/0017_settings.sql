-- What the operator decided in the console. A setting without a row is as the configuration
-- or the program has it. version counts its changes, so that two people see each other's.
create table setting (
  key text primary key,
  value text not null,
  version bigint not null,
  changed_at bigint not null,
  changed_by text not null
);

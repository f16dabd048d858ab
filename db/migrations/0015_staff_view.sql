-- Lists of the console as people saved them: the query of the list's address.
create table staff_view (
  id text primary key,
  staff_id text not null references staff (id),
  list text not null,
  name text not null,
  query text not null,
  shared boolean not null,
  created_at bigint not null
);
create index staff_view_list on staff_view (list, staff_id);

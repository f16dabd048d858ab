-- Forms that change stock carry a key of their own: sent a second time, by a double press or
-- a reply that was lost, nothing is done again.
create table form_sent (
  member_id text not null,
  key text not null,
  made_at bigint not null,
  primary key (member_id, key)
);
create index form_sent_made on form_sent (made_at);

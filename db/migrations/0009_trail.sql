-- The trail becomes a chain: rows are numbered without gaps, and the hash of each covers all
-- its columns and the hash before it, so that nothing can be changed, left out or moved
-- unseen. Rows from before have no hash. changes are the fields an act changed, as JSON.
drop index trail_about;
create table trail_before as select happened_at, actor, act, about, detail, id from trail;
drop table trail;
create table trail (
  number bigint not null primary key,
  happened_at bigint not null,
  actor text not null,
  origin text not null,
  act text not null,
  about text not null,
  detail text not null,
  changes text not null,
  hash text not null
);
insert into trail (number, happened_at, actor, origin, act, about, detail, changes, hash)
select row_number() over (order by id), happened_at, actor, '', act, about, detail, '', '' from trail_before;
drop table trail_before;
create index trail_actor on trail (actor, number);
create index trail_act on trail (act, number);
create index trail_about on trail (about, number);
create index trail_happened on trail (happened_at, number);

-- The words that details and changes can be found by.
create table trail_word (
  word text not null,
  number bigint not null,
  primary key (word, number)
);

-- The last row of the chain, kept apart: writers wait for each other here. There is one row
-- once there is a chain.
create table trail_head (
  name text primary key check (name = 'trail'),
  number bigint not null,
  happened_at bigint not null,
  hash text not null
);
insert into trail_head (name, number, happened_at, hash)
select 'trail', count(*), max(happened_at), '' from trail having count(*) > 0;

-- What the rules say of the version that counts while a newer one is being written: shoppers
-- see that one, so it is judged too. '' and 0 while it stands as it was approved.
alter table variant add column approved_reason text not null default '';
alter table variant add column approved_blocks bigint not null default 0;
create table approval_verdict (
  variant_id text primary key references variant (id),
  number bigint not null, -- of the version
  pack text not null,
  judged_on text not null,
  findings text not null,
  judged_at bigint not null
);

-- Which rules find something in which variant: today, which is '', and what a coming day on
-- which rules begin or end adds. Written with each verdict, so that lists and counts agree.
create table rule_finding (
  market text not null,
  on_date text collate "C" not null,
  rule text collate "C" not null,
  variant_id text collate "C" not null references variant (id),
  blocks boolean not null,
  primary key (market, on_date, rule, variant_id)
);
create index rule_finding_variant on rule_finding (variant_id);
drop table rule_tally;
drop table rule_foreseen;
delete from rule_foresight;
delete from market_judged; -- everything is judged again

-- The words of what a pair of the translation memory became, so that people find it by either
-- side, and the pairs in the order of their list.
create table variant_memory_said (
  word text collate "C" not null,
  memory_id text not null references variant_memory (id),
  primary key (word, memory_id)
);
create index variant_memory_said_memory on variant_memory_said (memory_id);
create index variant_memory_word_memory on variant_memory_word (memory_id);
create index variant_memory_list on variant_memory (market, id);

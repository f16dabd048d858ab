-- What the rules of a market find on a day: today, which is '', and each coming day on which
-- rules begin or end. How many variants each rule finds something in.
create table rule_tally (
  market text not null,
  on_date text collate "C" not null,
  rule text collate "C" not null,
  variants bigint not null,
  primary key (market, on_date, rule)
);

-- The variants for which a coming day changes something: which rules find something new, and
-- how many of these findings block.
create table rule_foresight (
  market text not null,
  on_date text collate "C" not null,
  variant_id text collate "C" not null references variant (id),
  blocks bigint not null,
  rules text not null,
  primary key (market, on_date, variant_id)
);
create index rule_foresight_blocks on rule_foresight (market, on_date, blocks, variant_id);
create index rule_foresight_variant on rule_foresight (variant_id);

-- By which rules, on which day and when that was worked out.
create table rule_foreseen (
  market text primary key,
  pack text not null,
  judged_on text not null,
  variants bigint not null,
  foreseen_at bigint not null
);

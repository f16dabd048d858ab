-- A product as one market sees it. What people wrote stands in variant_version; here stands
-- what the status board is filtered by. Numbers of versions count from 1, 0 is none; times
-- are 0 while it has not happened.
create table variant (
  id text primary key,
  product_id text not null references product (id),
  market text not null,
  state text not null check (state in ('todo', 'translated', 'checked', 'approved', 'on_sale', 'again')),
  version bigint not null, -- the latest
  approved bigint not null, -- the one that counts
  reason text not null, -- why it was sent back or must be approved again, as a machine word
  note text not null, -- and in the words of a person
  blocks bigint not null, -- findings of the latest verdict, by severity
  warns bigint not null,
  judged_at bigint not null,
  updated_at bigint not null,
  unique (product_id, market)
);
create index variant_list on variant (market, id, state, blocks, warns);

-- What people wrote. Rows are only ever added. source is the product as it stood when they
-- wrote, in the form of tailoring.Source.
create table variant_version (
  variant_id text not null references variant (id),
  number bigint not null,
  content text not null,
  source text not null,
  author text not null,
  written_at bigint not null,
  primary key (variant_id, number)
);

-- Who approved which version. hash is of content and source as they were approved: what
-- does not agree with it is not shown.
create table variant_approval (
  variant_id text not null references variant (id),
  number bigint not null,
  hash text not null,
  approved_by text not null,
  approved_at bigint not null,
  primary key (variant_id, number)
);

-- The latest verdict of the market's rules, with all its findings.
create table variant_verdict (
  variant_id text primary key references variant (id),
  pack text not null, -- digest of the rules it was judged by
  judged_on text not null, -- the day whose rules were asked
  findings text not null,
  judged_at bigint not null
);

-- What a person confirmed of a SKU for a market, with the document that says so.
create table variant_confirmation (
  id text primary key,
  variant_id text not null references variant (id),
  sku_id text not null references sku (id),
  kind text not null,
  value text not null,
  document_id text not null references document (id),
  confirmed_by text not null,
  confirmed_at bigint not null,
  ended_at bigint not null -- 0 while it counts
);
create index variant_confirmation_variant on variant_confirmation (variant_id, id);
create unique index variant_confirmation_one on variant_confirmation (variant_id, sku_id, kind) where ended_at = 0;

-- The translation memory: pairs out of approved texts, of whole texts and of single terms.
create table variant_memory (
  id text primary key,
  market text not null,
  field text not null, -- of what text it is a pair; 'term' of a single term
  lang text not null, -- of the source
  source_key text not null, -- the source's words, lower-case, as they are compared
  source text not null,
  target text not null,
  variant_id text not null references variant (id),
  number bigint not null,
  learnt_at bigint not null,
  unique (market, field, lang, source_key, target)
);
create table variant_memory_word (
  word text collate "C" not null,
  memory_id text not null references variant_memory (id),
  primary key (word, memory_id)
);

-- By which rules a market was judged last, so that a change of them is seen.
create table market_judged (
  market text primary key,
  pack text not null,
  judged_on text not null
);

-- What one unit of a currency costs in another, as a source said it on a day. Rows are only
-- ever added; of several of one day the last counts. way is how it came in.
create table exchange_rate (
  id text primary key,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  way text not null check (way in ('hand', 'file', 'fetched')),
  valid_on text not null,
  set_by text not null,
  set_at bigint not null
);
create index exchange_rate_pair on exchange_rate (from_currency, to_currency, valid_on, id);
create index exchange_rate_day on exchange_rate (valid_on, id);

-- What goods cost on their way to the shelf of a market, one amount or share a row. about is
-- a SKU, a category or '' for all goods; route and channel are '' for all. The most particular
-- row that is not ended counts. Rows are only ever added and ended.
create table cost_term (
  id text primary key,
  market text not null,
  kind text not null check (kind in ('ex_works', 'freight', 'insurance', 'warehouse', 'commission', 'other', 'margin')),
  about text not null,
  route text not null,
  channel text not null,
  per text not null check (per in ('unit', 'kg', 'share')),
  minor bigint not null check (minor >= 0),
  currency text not null,
  share text not null,
  source text not null,
  valid_from text not null,
  set_by text not null,
  set_at bigint not null,
  ended_at bigint not null -- 0 while it counts
);
create index cost_term_about on cost_term (market, about, id) where ended_at = 0;

-- How the label of a SKU is made for a market, and what a laboratory found in the food.
create table label_design (
  sku_id text not null references sku (id),
  market text not null,
  edition text not null, -- '': the newest the goods may follow
  width_mm bigint not null,
  height_mm bigint not null,
  basis text not null, -- 'g' or 'ml': the hundred of what
  serving text not null, -- decimal, '': the table is of a hundred
  rounding text not null,
  content text not null, -- JSON: nutrient → decimal, in a hundred
  laboratory text not null,
  report text not null, -- its number
  reported_on text not null,
  updated_at bigint not null,
  version bigint not null,
  primary key (sku_id, market)
);

-- Who answers for goods in a market: the importer or agent, and the seller.
create table label_party (
  market text not null,
  duty text not null check (duty in ('agent', 'seller')),
  role text not null,
  name text not null,
  address text not null,
  contact text not null,
  updated_at bigint not null,
  version bigint not null,
  primary key (market, duty)
);

-- What people decided about ingredients that the market's glossary does not know.
create table label_term (
  market text not null,
  source_key text not null, -- the maker's words as they are compared
  source text not null,
  name text not null,
  class text not null,
  ins text not null,
  allergens text not null, -- codes, with spaces between
  decided_by text not null,
  updated_at bigint not null,
  version bigint not null,
  primary key (market, source_key)
);

-- Columns named *_text hold a JSON object of language to words.
create table producer (
  id text primary key,
  country text not null,
  tax_number text not null,
  legal_name_text text not null,
  address_text text not null,
  about_text text not null,
  created_at bigint not null,
  updated_at bigint not null,
  unique (country, tax_number)
);

-- GS1 company prefixes: the digits that start every GTIN of the producer.
create table producer_prefix (
  prefix text primary key,
  producer_id text not null references producer (id)
);
create index producer_prefix_producer on producer_prefix (producer_id);

-- Registrations at authorities of a destination market.
create table producer_registration (
  producer_id text not null references producer (id),
  authority text not null,
  number text not null,
  category text not null,
  valid_from text not null,
  valid_until text not null,
  primary key (producer_id, authority, number)
);

create table brand (
  id text primary key,
  producer_id text not null references producer (id),
  key text not null,
  name_text text not null,
  unique (producer_id, key)
);

create table product (
  id text primary key,
  producer_id text not null references producer (id),
  brand_id text references brand (id),
  category text not null,
  name_text text not null,
  description_text text not null,
  ingredients_text text not null,
  storage_text text not null,
  origin text not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index product_producer on product (producer_id);
create index product_category on product (category, id);

-- One sellable unit. Amounts are integers in the unit the name ends with; 0 is "not stated"
-- unless the column can be null. facts holds ingredients with percentages, allergens and
-- nutrition as JSON; see catalog.Facts.
create table sku (
  id text primary key,
  product_id text not null references product (id),
  gtin text not null unique,
  producer_code text not null,
  net_milli bigint not null,
  net_unit text not null,
  gross_weight_g bigint not null,
  length_mm bigint not null,
  width_mm bigint not null,
  height_mm bigint not null,
  case_pack bigint not null,
  shelf_life_days bigint not null,
  storage_min_c bigint,
  storage_max_c bigint,
  facts text not null,
  import_hash text not null,
  on_sale boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index sku_product on sku (product_id);

-- Price on the shelf of a channel, tax included or not as the channel says.
create table price (
  sku_id text not null references sku (id),
  channel text not null,
  currency text not null,
  minor bigint not null check (minor > 0),
  set_at bigint not null,
  set_by text not null,
  primary key (sku_id, channel)
);

-- What a channel shows of a product: the cheapest SKU that is on sale and has a price there.
-- It follows from sku and price and is written whenever they change.
create table shelf (
  product_id text not null references product (id),
  channel text not null,
  sku_id text not null references sku (id),
  currency text not null,
  minor bigint not null,
  primary key (product_id, channel)
);

-- Words to find a product on sale by: lower-cased words, and single Han characters and pairs.
create table search_word (
  word text collate "C" not null,
  product_id text not null references product (id),
  weight bigint not null,
  primary key (word, product_id)
);
create index search_word_product on search_word (product_id);

create table picture (
  id text primary key,
  product_id text not null references product (id),
  position bigint not null,
  alt_text text not null,
  source_hash text not null,
  created_at bigint not null
);
create index picture_product on picture (product_id, position);

-- The same picture in several widths, as the shop serves it.
create table picture_size (
  picture_id text not null references picture (id),
  width bigint not null,
  height bigint not null,
  media_type text not null,
  bytes bytea not null,
  primary key (picture_id, width, media_type)
);

create table document (
  id text primary key,
  about text not null,
  kind text not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha256 text not null,
  valid_until text not null,
  bytes bytea not null,
  created_at bigint not null
);
create index document_about on document (about);

create table category (
  key text primary key,
  parent text not null,
  position bigint not null,
  name_text text not null
);

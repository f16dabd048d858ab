-- A version tells a form that was drawn before somebody else changed the thing.
alter table producer add column version bigint not null default 1;
alter table category add column version bigint not null default 1;
alter table sku add column version bigint not null default 1;
alter table product add column version bigint not null default 1;

-- What the list of products is filtered by. It follows from SKUs, pictures and texts and is
-- written with them; missing is a set of bits, see catalog.Gap, and -1 before the product was
-- first looked at: an import leaves that to a job.
alter table product add column on_sale boolean not null default false;
alter table product add column missing bigint not null default -1;
update product set on_sale = exists (select 1 from sku s where s.product_id = product.id and s.on_sale);

-- The list in its order with all it is filtered by, so that no combination reads the rows.
create index product_list on product (id, producer_id, category, on_sale, missing, updated_at);
create index product_unlisted on product (id) where missing < 0;
drop index product_producer;
create index product_producer on product (producer_id, id);
create index product_brand on product (brand_id, id) where brand_id is not null;
create index sku_producer_code on sku (producer_code, product_id) where producer_code <> '';

-- Words of the names of all products, on sale or not, for those who keep the catalogue.
create table name_word (
  word text collate "C" not null,
  product_id text not null,
  primary key (word, product_id)
);

-- What kind of goods a category holds says which facts they need.
alter table category add column goods text not null default 'food' check (goods in ('food', 'cosmetics', 'household'));

-- A paper that was replaced or taken away is kept.
alter table document add column superseded_at bigint;
create index document_ending on document (valid_until, id) where superseded_at is null and valid_until <> '';
create index producer_registration_ending on producer_registration (valid_until, producer_id, authority, number) where valid_until <> '';

-- Of which end of a paper or registration people were reminded, days before it.
create table paper_reminder (
  paper text not null,
  valid_until text not null,
  days bigint not null,
  reminded_at bigint not null,
  primary key (paper, valid_until, days)
);

-- What a producer must show before its goods are taken in, item by item of the list of a
-- destination market. No row is an item nobody has said anything about.
create table producer_step (
  producer_id text not null references producer (id),
  market text not null,
  item text not null,
  attested_at bigint,
  attested_by text not null,
  verified_at bigint,
  verified_by text not null,
  document_id text not null,
  note text not null,
  primary key (producer_id, market, item)
);

-- What the migrations add up to. Written by go generate ./db; a test compares it.

-- PostgreSQL

create table approval_verdict (
  variant_id text not null,
  number bigint not null,
  pack text not null,
  judged_on text not null,
  findings text not null,
  judged_at bigint not null,
  constraint approval_verdict_pkey PRIMARY KEY (variant_id),
  constraint approval_verdict_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
create table attempt (
  subject text not null,
  failures bigint not null,
  blocked_until bigint not null,
  updated_at bigint not null,
  constraint attempt_pkey PRIMARY KEY (subject)
);
create table balance (
  lot_id text not null,
  warehouse_id text not null,
  sku_id text not null,
  best_before text not null,
  on_hand bigint not null,
  reserved bigint not null,
  held boolean not null,
  movements bigint not null,
  changed_at bigint not null,
  constraint balance_pkey PRIMARY KEY (lot_id, warehouse_id),
  constraint balance_check CHECK (reserved <= on_hand),
  constraint balance_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES lot(id),
  constraint balance_movements_check CHECK (movements >= 0),
  constraint balance_on_hand_check CHECK (on_hand >= 0),
  constraint balance_reserved_check CHECK (reserved >= 0),
  constraint balance_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouse(id)
);
CREATE INDEX balance_changed ON balance USING btree (changed_at);
CREATE INDEX balance_date ON balance USING btree ((
CASE best_before
    WHEN ''::text THEN '9999-12-31'::text
    ELSE best_before
END), lot_id, warehouse_id) WHERE (on_hand > 0);
CREATE INDEX balance_empty ON balance USING btree ((
CASE best_before
    WHEN ''::text THEN '9999-12-31'::text
    ELSE best_before
END), lot_id, warehouse_id) WHERE (on_hand = 0);
CREATE INDEX balance_held ON balance USING btree ((
CASE best_before
    WHEN ''::text THEN '9999-12-31'::text
    ELSE best_before
END), lot_id, warehouse_id) WHERE held;
CREATE INDEX balance_held_sku ON balance USING btree (sku_id) WHERE held;
CREATE INDEX balance_sku ON balance USING btree (sku_id, best_before);
CREATE INDEX balance_stocked ON balance USING btree (sku_id) WHERE (on_hand > 0);
CREATE INDEX balance_warehouse ON balance USING btree (warehouse_id, (
CASE best_before
    WHEN ''::text THEN '9999-12-31'::text
    ELSE best_before
END), lot_id) WHERE (on_hand > 0);
create table basket (
  id text not null,
  buyer_id text not null,
  updated_at bigint not null,
  constraint basket_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX basket_buyer ON basket USING btree (buyer_id) WHERE (buyer_id <> ''::text);
CREATE INDEX basket_old ON basket USING btree (updated_at);
create table basket_line (
  basket_id text not null,
  sku_id text not null,
  quantity bigint not null,
  added_at bigint not null,
  constraint basket_line_pkey PRIMARY KEY (basket_id, sku_id),
  constraint basket_line_basket_id_fkey FOREIGN KEY (basket_id) REFERENCES basket(id) ON DELETE CASCADE,
  constraint basket_line_quantity_check CHECK (quantity > 0)
);
create table batch (
  id text not null,
  act text not null,
  actor text not null,
  filter text not null,
  params text not null,
  source text not null,
  from_id text not null,
  undoes text not null,
  undone_by text not null,
  retried_by text not null,
  state text not null,
  undoable boolean not null,
  picked_to text not null,
  picked_all boolean not null,
  total bigint not null,
  last_seq bigint not null,
  done bigint not null,
  failed bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint batch_pkey PRIMARY KEY (id),
  constraint batch_check CHECK ((done + failed) <= last_seq),
  constraint batch_done_check CHECK (done >= 0),
  constraint batch_failed_check CHECK (failed >= 0),
  constraint batch_last_seq_check CHECK (last_seq >= 0),
  constraint batch_source_check CHECK (source = ANY (ARRAY['chosen'::text, 'filter'::text, 'failed'::text, 'done'::text])),
  constraint batch_state_check CHECK (state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text])),
  constraint batch_total_check CHECK (total >= 0)
);
create table batch_item (
  batch_id text not null,
  item text not null,
  seq bigint not null,
  outcome text not null,
  before text not null,
  reason text not null,
  reason_args text not null,
  constraint batch_item_pkey PRIMARY KEY (batch_id, item),
  constraint batch_item_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id),
  constraint batch_item_outcome_check CHECK (outcome = ANY (ARRAY['waiting'::text, 'done'::text, 'failed'::text]))
);
CREATE INDEX batch_item_outcome ON batch_item USING btree (batch_id, outcome, seq);
create table brand (
  id text not null,
  producer_id text not null,
  key text not null,
  name_text text not null,
  version bigint not null,
  merged_into text not null,
  constraint brand_pkey PRIMARY KEY (id),
  constraint brand_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id),
  constraint brand_producer_id_key_key UNIQUE (producer_id, key)
);
create table buyer (
  id text not null,
  phone_key text not null,
  phone bytea not null,
  created_at bigint not null,
  ended_at bigint,
  constraint buyer_pkey PRIMARY KEY (id),
  constraint buyer_phone_key_key UNIQUE (phone_key)
);
create table buyer_address (
  id text not null,
  buyer_id text not null,
  sealed bytea not null,
  created_at bigint not null,
  constraint buyer_address_pkey PRIMARY KEY (id),
  constraint buyer_address_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id)
);
CREATE INDEX buyer_address_buyer ON buyer_address USING btree (buyer_id, id);
create table buyer_code (
  phone_key text not null,
  code_hash text not null,
  tries bigint not null,
  sent_at bigint not null,
  sent_today bigint not null,
  expires_at bigint not null,
  constraint buyer_code_pkey PRIMARY KEY (phone_key)
);
create table buyer_session (
  secret_hash text not null,
  buyer_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  constraint buyer_session_pkey PRIMARY KEY (secret_hash),
  constraint buyer_session_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id)
);
CREATE INDEX buyer_session_buyer ON buyer_session USING btree (buyer_id);
create table buyer_take (
  channel text not null,
  sku_id text not null,
  buyer text not null,
  takes text not null,
  version bigint not null,
  constraint buyer_take_pkey PRIMARY KEY (channel, sku_id, buyer)
);
create table category (
  key text not null,
  parent text not null,
  position bigint not null,
  name_text text not null,
  version bigint not null,
  goods text not null,
  constraint category_pkey PRIMARY KEY (key),
  constraint category_goods_check CHECK (goods = ANY (ARRAY['food'::text, 'cosmetics'::text, 'household'::text]))
);
create table channel_brake (
  shop text not null,
  since bigint not null,
  who text not null,
  why text not null,
  constraint channel_brake_pkey PRIMARY KEY (shop)
);
create table channel_call (
  id text not null,
  shop_id text not null,
  kind text not null,
  about text not null,
  writes boolean not null,
  at bigint not null,
  took bigint not null,
  request text not null,
  status bigint not null,
  answer text not null,
  outcome text not null,
  constraint channel_call_pkey PRIMARY KEY (id),
  constraint channel_call_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
CREATE INDEX channel_call_about ON channel_call USING btree (shop_id, about, id);
CREATE INDEX channel_call_shop ON channel_call USING btree (shop_id, id);
CREATE INDEX channel_call_sweep ON channel_call USING btree (writes, at);
create table channel_carrier (
  channel text not null,
  carrier text not null,
  code text not null,
  constraint channel_carrier_pkey PRIMARY KEY (channel, carrier)
);
create table channel_cursor (
  shop_id text not null,
  what text not null,
  until bigint not null,
  constraint channel_cursor_pkey PRIMARY KEY (shop_id, what),
  constraint channel_cursor_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
create table channel_decrypt (
  shop_id text not null,
  day text not null,
  fields bigint not null,
  constraint channel_decrypt_pkey PRIMARY KEY (shop_id, day),
  constraint channel_decrypt_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
create table channel_listing (
  shop_id text not null,
  product_id text not null,
  wanted boolean not null,
  listing_id text not null,
  state text not null,
  next_in_audit boolean not null,
  shelved boolean not null,
  approved bigint not null,
  hash text not null,
  body text not null,
  sending boolean not null,
  lacks text not null,
  refusals text not null,
  sent_at bigint,
  seen_at bigint,
  looked_at bigint not null,
  version bigint not null,
  constraint channel_listing_pkey PRIMARY KEY (shop_id, product_id),
  constraint channel_listing_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id),
  constraint channel_listing_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
CREATE INDEX channel_listing_state ON channel_listing USING btree (shop_id, state, product_id);
CREATE INDEX channel_listing_theirs ON channel_listing USING btree (shop_id, listing_id);
create table channel_mapping (
  shop_id text not null,
  category text not null,
  version bigint not null,
  body text not null,
  saved_by text not null,
  saved_at bigint not null,
  constraint channel_mapping_pkey PRIMARY KEY (shop_id, category, version),
  constraint channel_mapping_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
create table channel_order (
  shop_id text not null,
  number text not null,
  order_id text not null,
  state text not null,
  word text not null,
  placed_at bigint not null,
  modified_at bigint not null,
  counted bigint not null,
  ship_by bigint,
  reason text not null,
  reason_args text not null,
  came bytea not null,
  tried_at bigint not null,
  constraint channel_order_pkey PRIMARY KEY (shop_id, number),
  constraint channel_order_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
CREATE INDEX channel_order_ours ON channel_order USING btree (order_id) WHERE (order_id <> ''::text);
CREATE INDEX channel_order_parked ON channel_order USING btree (tried_at) WHERE (reason <> ''::text);
create table channel_order_line (
  shop_id text not null,
  number text not null,
  line_id text not null,
  ref text not null,
  quantity bigint not null,
  first bigint not null,
  lines bigint not null,
  constraint channel_order_line_pkey PRIMARY KEY (shop_id, number, line_id),
  constraint channel_order_line_shop_id_number_fkey FOREIGN KEY (shop_id, number) REFERENCES channel_order(shop_id, number)
);
create table channel_picture (
  shop_id text not null,
  picture_id text not null,
  name text not null,
  constraint channel_picture_pkey PRIMARY KEY (shop_id, picture_id),
  constraint channel_picture_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
create table channel_policy (
  shop_id text not null,
  ref text not null,
  kind text not null,
  quantity bigint not null,
  reserve bigint not null,
  until bigint,
  version bigint not null,
  constraint channel_policy_pkey PRIMARY KEY (shop_id, ref),
  constraint channel_policy_kind_check CHECK (kind = ANY (ARRAY['pool'::text, 'fixed'::text, 'percent'::text, 'ring'::text, 'none'::text])),
  constraint channel_policy_quantity_check CHECK (quantity >= 0),
  constraint channel_policy_reserve_check CHECK (reserve >= 0),
  constraint channel_policy_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
create table channel_return (
  shop_id text not null,
  id text not null,
  number text not null,
  order_id text not null,
  state text not null,
  modified bigint not null,
  due bigint,
  came bytea not null,
  answer text not null,
  settled boolean not null,
  received bigint not null,
  reason text not null,
  args text not null,
  constraint channel_return_pkey PRIMARY KEY (shop_id, id),
  constraint channel_return_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
CREATE INDEX channel_return_open ON channel_return USING btree (state, due, id);
CREATE INDEX channel_return_order ON channel_return USING btree (order_id) WHERE (order_id <> ''::text);
CREATE INDEX channel_return_reason ON channel_return USING btree (reason, id) WHERE (reason <> ''::text);
create table channel_share (
  channel text not null,
  shop text not null,
  sku_id text not null,
  granted bigint not null,
  constraint channel_share_pkey PRIMARY KEY (channel, shop, sku_id),
  constraint channel_share_granted_check CHECK (granted >= 0)
);
CREATE INDEX channel_share_sku ON channel_share USING btree (sku_id) WHERE (granted > 0);
create table channel_shop (
  id text not null,
  channel text not null,
  external text not null,
  name text not null,
  mode text not null,
  consent bytea not null,
  scope text not null,
  access_until bigint not null,
  refresh_until bigint,
  consented_at bigint not null,
  renewing_until bigint not null,
  trouble text not null,
  version bigint not null,
  constraint channel_shop_pkey PRIMARY KEY (id),
  constraint channel_shop_channel_external_key UNIQUE (channel, external),
  constraint channel_shop_mode_check CHECK (mode = ANY (ARRAY['watch'::text, 'live'::text, 'stopped'::text]))
);
create table channel_standing (
  shop_id text not null,
  ref text not null,
  granted bigint not null,
  call_key text not null,
  call_by bigint not null,
  call_to bigint not null,
  call_over bigint not null,
  call_sent bigint,
  offered bigint not null,
  read_at bigint,
  draining_since bigint,
  set_at bigint,
  anew boolean not null,
  beyond bigint not null,
  beyond_since bigint,
  wanted bigint not null,
  why text not null,
  trouble text not null,
  looked_at bigint not null,
  version bigint not null,
  refused_at bigint,
  constraint channel_standing_pkey PRIMARY KEY (shop_id, ref),
  constraint channel_standing_granted_check CHECK (granted >= 0),
  constraint channel_standing_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id)
);
CREATE INDEX channel_standing_looked ON channel_standing USING btree (looked_at);
create table channel_unit (
  shop_id text not null,
  ref text not null,
  listing_id text not null,
  unit_id text not null,
  constraint channel_unit_pkey PRIMARY KEY (shop_id, ref),
  constraint channel_unit_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES channel_shop(id),
  constraint channel_unit_shop_id_listing_id_unit_id_key UNIQUE (shop_id, listing_id, unit_id)
);
create table channel_unit_part (
  shop_id text not null,
  ref text not null,
  sku_id text not null,
  quantity bigint not null,
  constraint channel_unit_part_pkey PRIMARY KEY (shop_id, ref, sku_id),
  constraint channel_unit_part_quantity_check CHECK (quantity > 0),
  constraint channel_unit_part_shop_id_ref_fkey FOREIGN KEY (shop_id, ref) REFERENCES channel_unit(shop_id, ref)
);
CREATE INDEX channel_unit_part_sku ON channel_unit_part USING btree (sku_id);
create table cost_term (
  id text not null,
  market text not null,
  kind text not null,
  about text not null,
  route text not null,
  channel text not null,
  per text not null,
  minor bigint not null,
  currency text not null,
  share text not null,
  source text not null,
  valid_from text not null,
  set_by text not null,
  set_at bigint not null,
  ended_at bigint not null,
  constraint cost_term_pkey PRIMARY KEY (id),
  constraint cost_term_kind_check CHECK (kind = ANY (ARRAY['ex_works'::text, 'freight'::text, 'insurance'::text, 'warehouse'::text, 'commission'::text, 'other'::text, 'margin'::text])),
  constraint cost_term_minor_check CHECK (minor >= 0),
  constraint cost_term_per_check CHECK (per = ANY (ARRAY['unit'::text, 'kg'::text, 'share'::text]))
);
CREATE INDEX cost_term_about ON cost_term USING btree (market, about, id) WHERE (ended_at = 0);
create table count_line (
  sheet_id text not null,
  number bigint not null,
  lot_id text not null,
  warehouse_id text not null,
  book bigint not null,
  found bigint,
  book_then bigint not null,
  movements_then bigint not null,
  found_by text not null,
  found_at bigint,
  open boolean not null,
  constraint count_line_pkey PRIMARY KEY (sheet_id, number),
  constraint count_line_found_check CHECK (found >= 0),
  constraint count_line_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES count_sheet(id)
);
CREATE UNIQUE INDEX count_line_open ON count_line USING btree (lot_id, warehouse_id) WHERE open;
create table count_sheet (
  id text not null,
  warehouse_id text not null,
  sku_id text not null,
  state text not null,
  note text not null,
  drawn_by text not null,
  drawn_at bigint not null,
  ended_by text not null,
  ended_at bigint,
  constraint count_sheet_pkey PRIMARY KEY (id),
  constraint count_sheet_state_check CHECK (state = ANY (ARRAY['open'::text, 'posted'::text, 'dropped'::text])),
  constraint count_sheet_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouse(id)
);
CREATE INDEX count_sheet_state ON count_sheet USING btree (state, id);
create table document (
  id text not null,
  about text not null,
  kind text not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha256 text not null,
  valid_until text not null,
  bytes bytea not null,
  created_at bigint not null,
  superseded_at bigint,
  constraint document_pkey PRIMARY KEY (id)
);
CREATE INDEX document_about ON document USING btree (about);
CREATE INDEX document_ending ON document USING btree (valid_until, id) WHERE ((superseded_at IS NULL) AND (valid_until <> ''::text));
CREATE INDEX document_name ON document USING btree (name, id);
create table exchange_rate (
  id text not null,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  way text not null,
  valid_on text not null,
  set_by text not null,
  set_at bigint not null,
  constraint exchange_rate_pkey PRIMARY KEY (id),
  constraint exchange_rate_way_check CHECK (way = ANY (ARRAY['hand'::text, 'file'::text, 'fetched'::text]))
);
CREATE INDEX exchange_rate_day ON exchange_rate USING btree (valid_on, id);
CREATE INDEX exchange_rate_pair ON exchange_rate USING btree (from_currency, to_currency, valid_on, id);
create table fact (
  id text not null,
  kind text not null,
  about text not null,
  body text not null,
  actor text not null,
  happened_at bigint not null,
  fanned boolean not null,
  constraint fact_pkey PRIMARY KEY (id)
);
CREATE INDEX fact_unfanned ON fact USING btree (id) WHERE (NOT fanned);
create table favourite (
  buyer_id text not null,
  product_id text not null,
  created_at bigint not null,
  constraint favourite_pkey PRIMARY KEY (buyer_id, product_id),
  constraint favourite_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id)
);
create table form_sent (
  member_id text not null,
  key text not null,
  made_at bigint not null,
  constraint form_sent_pkey PRIMARY KEY (member_id, key)
);
CREATE INDEX form_sent_made ON form_sent USING btree (made_at);
create table job (
  id text not null,
  kind text not null,
  unique_key text not null,
  about text not null,
  body text not null,
  every_us bigint not null,
  state text not null,
  again boolean not null,
  run_at bigint not null,
  attempts bigint not null,
  faults bigint not null,
  lease_owner text not null,
  lease_until bigint not null,
  reason text not null,
  reason_args text not null,
  last_error text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint job_pkey PRIMARY KEY (id),
  constraint job_attempts_check CHECK (attempts >= 0),
  constraint job_every_us_check CHECK (every_us >= 0),
  constraint job_faults_check CHECK (faults >= 0),
  constraint job_state_check CHECK (state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'parked'::text, 'given_up'::text]))
);
CREATE INDEX job_due ON job USING btree (run_at, id) WHERE (state = 'queued'::text);
CREATE INDEX job_given_up ON job USING btree (id) WHERE (state = 'given_up'::text);
CREATE INDEX job_kind ON job USING btree (kind, id);
CREATE INDEX job_lease ON job USING btree (lease_until) WHERE (state = 'running'::text);
CREATE INDEX job_parked ON job USING btree (id) WHERE (state = 'parked'::text);
CREATE UNIQUE INDEX job_unique ON job USING btree (kind, unique_key) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'parked'::text]));
create table label_approved (
  variant_id text not null,
  number bigint not null,
  sku_id text not null,
  facts text not null,
  constraint label_approved_pkey PRIMARY KEY (variant_id, number, sku_id),
  constraint label_approved_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
create table label_design (
  sku_id text not null,
  market text not null,
  edition text not null,
  width_mm bigint not null,
  height_mm bigint not null,
  basis text not null,
  serving text not null,
  rounding text not null,
  content text not null,
  laboratory text not null,
  report text not null,
  reported_on text not null,
  updated_at bigint not null,
  version bigint not null,
  constraint label_design_pkey PRIMARY KEY (sku_id, market),
  constraint label_design_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES sku(id)
);
create table label_party (
  market text not null,
  duty text not null,
  role text not null,
  name text not null,
  address text not null,
  contact text not null,
  updated_at bigint not null,
  version bigint not null,
  constraint label_party_pkey PRIMARY KEY (market, duty),
  constraint label_party_duty_check CHECK (duty = ANY (ARRAY['agent'::text, 'seller'::text]))
);
create table label_term (
  market text not null,
  source_key text not null,
  source text not null,
  name text not null,
  class text not null,
  ins text not null,
  allergens text not null,
  decided_by text not null,
  updated_at bigint not null,
  version bigint not null,
  constraint label_term_pkey PRIMARY KEY (market, source_key)
);
create table lot (
  id text not null,
  sku_id text not null,
  code text not null,
  produced_on text not null,
  best_before text not null,
  created_at bigint not null,
  code_key text not null,
  version bigint not null,
  constraint lot_pkey PRIMARY KEY (id),
  constraint lot_sku_id_code_key UNIQUE (sku_id, code)
);
CREATE INDEX lot_code ON lot USING btree (code_key, id);
create table market_judged (
  market text not null,
  pack text not null,
  judged_on text not null,
  constraint market_judged_pkey PRIMARY KEY (market)
);
create table market_name (
  product_id text not null,
  market text not null,
  lang text not null,
  name text not null,
  constraint market_name_pkey PRIMARY KEY (product_id, market),
  constraint market_name_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id)
);
create table movement (
  lot_id text not null,
  warehouse_id text not null,
  number bigint not null,
  kind text not null,
  on_hand_change bigint not null,
  reserved_change bigint not null,
  pair_warehouse_id text not null,
  pair_number bigint not null,
  cause text not null,
  note text not null,
  actor text not null,
  moved_at bigint not null,
  constraint movement_pkey PRIMARY KEY (lot_id, warehouse_id, number),
  constraint movement_kind_check CHECK (kind = ANY (ARRAY['receive'::text, 'reserve'::text, 'release'::text, 'take'::text, 'return'::text, 'adjust'::text, 'transfer_out'::text, 'transfer_in'::text, 'write_off'::text, 'hold'::text, 'unhold'::text]))
);
CREATE INDEX movement_hand ON movement USING btree (moved_at, lot_id, warehouse_id, number) WHERE (kind = ANY (ARRAY['receive'::text, 'return'::text, 'adjust'::text, 'transfer_out'::text, 'transfer_in'::text, 'write_off'::text, 'hold'::text, 'unhold'::text]));
CREATE INDEX movement_hand_actor ON movement USING btree (actor, moved_at, lot_id, warehouse_id, number) WHERE (kind = ANY (ARRAY['receive'::text, 'return'::text, 'adjust'::text, 'transfer_out'::text, 'transfer_in'::text, 'write_off'::text, 'hold'::text, 'unhold'::text]));
CREATE INDEX movement_hand_warehouse ON movement USING btree (warehouse_id, moved_at, lot_id, number) WHERE (kind = ANY (ARRAY['receive'::text, 'return'::text, 'adjust'::text, 'transfer_out'::text, 'transfer_in'::text, 'write_off'::text, 'hold'::text, 'unhold'::text]));
CREATE INDEX movement_kind ON movement USING btree (kind, moved_at, lot_id, warehouse_id, number) WHERE (kind <> ALL (ARRAY['reserve'::text, 'release'::text, 'take'::text]));
CREATE INDEX movement_lot ON movement USING btree (lot_id, moved_at, warehouse_id, number);
create table name_word (
  word text not null,
  product_id text not null,
  constraint name_word_pkey PRIMARY KEY (word, product_id)
);
CREATE INDEX name_word_product ON name_word USING btree (product_id, word);
create table order_event (
  order_id text not null,
  number bigint not null,
  step text not null,
  from_state text not null,
  to_state text not null,
  detail text not null,
  actor text not null,
  happened_at bigint not null,
  constraint order_event_pkey PRIMARY KEY (order_id, number),
  constraint order_event_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order(id)
);
create table order_line (
  order_id text not null,
  line bigint not null,
  sku_id text not null,
  name text not null,
  quantity bigint not null,
  refunded_quantity bigint not null,
  unit_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  value_minor bigint not null,
  freight_minor bigint not null,
  duty_minor bigint not null,
  consumption_minor bigint not null,
  vat_minor bigint not null,
  tax_terms text not null,
  constraint order_line_pkey PRIMARY KEY (order_id, line),
  constraint order_line_check CHECK (refunded_quantity >= 0 AND refunded_quantity <= quantity),
  constraint order_line_check1 CHECK (total_minor = (unit_minor * quantity + tax_minor)),
  constraint order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order(id),
  constraint order_line_quantity_check CHECK (quantity > 0),
  constraint order_line_tax_minor_check CHECK (tax_minor >= 0),
  constraint order_line_unit_minor_check CHECK (unit_minor >= 0)
);
CREATE INDEX order_line_sku ON order_line USING btree (sku_id, order_id);
create table order_note (
  id text not null,
  order_id text not null,
  body bytea not null,
  actor text not null,
  written_at bigint not null,
  constraint order_note_pkey PRIMARY KEY (id),
  constraint order_note_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order(id)
);
CREATE INDEX order_note_order ON order_note USING btree (order_id, id);
create table order_notice (
  id text not null,
  lang text not null,
  body text not null,
  constraint order_notice_pkey PRIMARY KEY (id)
);
create table paper_reminder (
  paper text not null,
  valid_until text not null,
  days bigint not null,
  reminded_at bigint not null,
  constraint paper_reminder_pkey PRIMARY KEY (paper, valid_until, days)
);
create table parcel (
  id text not null,
  order_id text not null,
  number bigint not null,
  state text not null,
  carrier text not null,
  waybill text not null,
  weight_g bigint not null,
  packed_by text not null,
  packed_at bigint not null,
  shipped_at bigint not null,
  delivered_at bigint not null,
  constraint parcel_pkey PRIMARY KEY (id),
  constraint parcel_check CHECK (state = 'packed'::text OR carrier <> ''::text AND waybill <> ''::text AND shipped_at > 0),
  constraint parcel_check1 CHECK ((state = 'delivered'::text) = (delivered_at > 0)),
  constraint parcel_number_check CHECK (number > 0),
  constraint parcel_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order(id),
  constraint parcel_order_id_number_key UNIQUE (order_id, number),
  constraint parcel_state_check CHECK (state = ANY (ARRAY['packed'::text, 'shipped'::text, 'delivered'::text])),
  constraint parcel_weight_g_check CHECK (weight_g >= 0)
);
CREATE INDEX parcel_carrier ON parcel USING btree (carrier, id);
CREATE INDEX parcel_state ON parcel USING btree (state, id);
CREATE UNIQUE INDEX parcel_waybill ON parcel USING btree (waybill, carrier) WHERE (waybill <> ''::text);
create table parcel_line (
  parcel_id text not null,
  line bigint not null,
  quantity bigint not null,
  constraint parcel_line_pkey PRIMARY KEY (parcel_id, line),
  constraint parcel_line_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcel(id),
  constraint parcel_line_quantity_check CHECK (quantity > 0)
);
create table payment_intent (
  id text not null,
  purpose text not null,
  provider text not null,
  provider_ref text not null,
  currency text not null,
  minor bigint not null,
  refunded_minor bigint not null,
  state text not null,
  pay_url text not null,
  created_at bigint not null,
  expires_at bigint not null,
  asked_at bigint not null,
  paid_at bigint,
  constraint payment_intent_pkey PRIMARY KEY (id),
  constraint payment_intent_check CHECK (refunded_minor <= minor),
  constraint payment_intent_check1 CHECK (refunded_minor = 0 OR state = 'paid'::text),
  constraint payment_intent_check2 CHECK ((paid_at IS NOT NULL) = (state = 'paid'::text)),
  constraint payment_intent_minor_check CHECK (minor > 0),
  constraint payment_intent_refunded_minor_check CHECK (refunded_minor >= 0),
  constraint payment_intent_state_check CHECK (state = ANY (ARRAY['created'::text, 'started'::text, 'paid'::text, 'declined'::text, 'cancelled'::text]))
);
CREATE INDEX payment_intent_open ON payment_intent USING btree (asked_at) WHERE (state = ANY (ARRAY['created'::text, 'started'::text]));
CREATE INDEX payment_intent_purpose ON payment_intent USING btree (purpose);
create table payment_notice (
  provider text not null,
  notice_id text not null,
  intent_id text not null,
  state text not null,
  minor bigint not null,
  currency text not null,
  heard_at bigint not null,
  constraint payment_notice_pkey PRIMARY KEY (provider, notice_id)
);
create table picture (
  id text not null,
  product_id text not null,
  position bigint not null,
  alt_text text not null,
  source_hash text not null,
  created_at bigint not null,
  constraint picture_pkey PRIMARY KEY (id),
  constraint picture_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id)
);
CREATE INDEX picture_product ON picture USING btree (product_id, "position");
create table picture_size (
  picture_id text not null,
  width bigint not null,
  height bigint not null,
  media_type text not null,
  bytes bytea not null,
  constraint picture_size_pkey PRIMARY KEY (picture_id, width, media_type),
  constraint picture_size_picture_id_fkey FOREIGN KEY (picture_id) REFERENCES picture(id)
);
create table price (
  sku_id text not null,
  channel text not null,
  currency text not null,
  minor bigint not null,
  set_at bigint not null,
  set_by text not null,
  constraint price_pkey PRIMARY KEY (sku_id, channel),
  constraint price_minor_check CHECK (minor > 0),
  constraint price_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES sku(id)
);
create table price_sheet (
  id text not null,
  sku_id text not null,
  market text not null,
  channel text not null,
  route text not null,
  body text not null,
  made_by text not null,
  made_at bigint not null,
  constraint price_sheet_pkey PRIMARY KEY (id),
  constraint price_sheet_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES sku(id)
);
CREATE INDEX price_sheet_sku ON price_sheet USING btree (sku_id, channel, id);
create table producer (
  id text not null,
  country text not null,
  tax_number text not null,
  legal_name_text text not null,
  address_text text not null,
  about_text text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version bigint not null,
  constraint producer_pkey PRIMARY KEY (id),
  constraint producer_country_tax_number_key UNIQUE (country, tax_number)
);
create table producer_prefix (
  prefix text not null,
  producer_id text not null,
  constraint producer_prefix_pkey PRIMARY KEY (prefix),
  constraint producer_prefix_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id)
);
CREATE INDEX producer_prefix_producer ON producer_prefix USING btree (producer_id);
create table producer_registration (
  producer_id text not null,
  authority text not null,
  number text not null,
  category text not null,
  valid_from text not null,
  valid_until text not null,
  constraint producer_registration_pkey PRIMARY KEY (producer_id, authority, number),
  constraint producer_registration_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id)
);
CREATE INDEX producer_registration_ending ON producer_registration USING btree (valid_until, producer_id, authority, number) WHERE (valid_until <> ''::text);
create table producer_step (
  producer_id text not null,
  market text not null,
  item text not null,
  attested_at bigint,
  attested_by text not null,
  verified_at bigint,
  verified_by text not null,
  document_id text not null,
  note text not null,
  constraint producer_step_pkey PRIMARY KEY (producer_id, market, item),
  constraint producer_step_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id)
);
create table product (
  id text not null,
  producer_id text not null,
  brand_id text,
  category text not null,
  name_text text not null,
  description_text text not null,
  ingredients_text text not null,
  storage_text text not null,
  origin text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version bigint not null,
  on_sale boolean not null,
  missing bigint not null,
  constraint product_pkey PRIMARY KEY (id),
  constraint product_brand_id_fkey FOREIGN KEY (brand_id) REFERENCES brand(id),
  constraint product_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id)
);
CREATE INDEX product_brand ON product USING btree (brand_id, id) WHERE (brand_id IS NOT NULL);
CREATE INDEX product_category ON product USING btree (category, id);
CREATE INDEX product_list ON product USING btree (id, producer_id, category, on_sale, missing, updated_at);
CREATE INDEX product_producer ON product USING btree (producer_id, id);
CREATE INDEX product_unlisted ON product USING btree (id) WHERE (missing < 0);
create table rate_held (
  id text not null,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  valid_on text not null,
  why text not null,
  held_at bigint not null,
  settled_by text not null,
  settled_at bigint not null,
  constraint rate_held_pkey PRIMARY KEY (id),
  constraint rate_held_from_currency_to_currency_valid_on_source_value_key UNIQUE (from_currency, to_currency, valid_on, source, value),
  constraint rate_held_why_check CHECK (why = ANY (ARRAY['far'::text, 'by_hand'::text]))
);
CREATE INDEX rate_held_waiting ON rate_held USING btree (id) WHERE (settled_at = 0);
create table refund (
  id text not null,
  intent_id text not null,
  currency text not null,
  minor bigint not null,
  state text not null,
  reason text not null,
  provider_ref text not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint refund_pkey PRIMARY KEY (id),
  constraint refund_intent_id_fkey FOREIGN KEY (intent_id) REFERENCES payment_intent(id),
  constraint refund_minor_check CHECK (minor > 0),
  constraint refund_state_check CHECK (state = ANY (ARRAY['requested'::text, 'sent'::text, 'done'::text, 'refused'::text]))
);
CREATE INDEX refund_intent ON refund USING btree (intent_id);
create table reservation (
  order_id text not null,
  number bigint not null,
  line bigint not null,
  sku_id text not null,
  lot_id text not null,
  warehouse_id text not null,
  quantity bigint not null,
  returned bigint not null,
  state text not null,
  channel text not null,
  buyer text not null,
  holders text not null,
  counts_until bigint,
  expires_at bigint,
  created_at bigint not null,
  ended_at bigint,
  constraint reservation_pkey PRIMARY KEY (order_id, number),
  constraint reservation_check CHECK (returned >= 0 AND returned <= quantity),
  constraint reservation_quantity_check CHECK (quantity > 0),
  constraint reservation_state_check CHECK (state = ANY (ARRAY['active'::text, 'taken'::text, 'released'::text]))
);
CREATE INDEX reservation_expiry ON reservation USING btree (expires_at) WHERE ((state = 'active'::text) AND (expires_at IS NOT NULL));
CREATE INDEX reservation_lot ON reservation USING btree (lot_id, warehouse_id, order_id) WHERE (state = 'active'::text);
CREATE INDEX reservation_sku ON reservation USING btree (sku_id, channel) WHERE (state = 'active'::text);
create table rule_finding (
  market text not null,
  on_date text not null,
  rule text not null,
  variant_id text not null,
  blocks boolean not null,
  constraint rule_finding_pkey PRIMARY KEY (market, on_date, rule, variant_id),
  constraint rule_finding_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
CREATE INDEX rule_finding_variant ON rule_finding USING btree (variant_id);
create table rule_foresight (
  market text not null,
  on_date text not null,
  variant_id text not null,
  blocks bigint not null,
  rules text not null,
  constraint rule_foresight_pkey PRIMARY KEY (market, on_date, variant_id),
  constraint rule_foresight_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
CREATE INDEX rule_foresight_blocks ON rule_foresight USING btree (market, on_date, blocks, variant_id);
CREATE INDEX rule_foresight_variant ON rule_foresight USING btree (variant_id);
create table sale_order (
  id text not null,
  number text not null,
  channel text not null,
  shop text not null,
  external_no text not null,
  buyer text not null,
  phone_key text not null,
  ship_to bytea not null,
  lang text not null,
  currency text not null,
  goods_minor bigint not null,
  delivery_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  refunded_minor bigint not null,
  state text not null,
  reason text not null,
  paid_by text not null,
  simulated boolean not null,
  placed_at bigint not null,
  pay_by bigint,
  updated_at bigint not null,
  ship_by bigint not null,
  notice text not null,
  constraint sale_order_pkey PRIMARY KEY (id),
  constraint sale_order_channel_shop_external_no_key UNIQUE (channel, shop, external_no),
  constraint sale_order_check CHECK (refunded_minor <= total_minor),
  constraint sale_order_check1 CHECK (total_minor = (goods_minor + delivery_minor + tax_minor)),
  constraint sale_order_delivery_minor_check CHECK (delivery_minor >= 0),
  constraint sale_order_goods_minor_check CHECK (goods_minor >= 0),
  constraint sale_order_number_key UNIQUE (number),
  constraint sale_order_refunded_minor_check CHECK (refunded_minor >= 0),
  constraint sale_order_state_check CHECK (state = ANY (ARRAY['unpaid'::text, 'paid'::text, 'shipped'::text, 'delivered'::text, 'completed'::text, 'expired'::text, 'cancelled'::text, 'parked'::text])),
  constraint sale_order_tax_minor_check CHECK (tax_minor >= 0),
  constraint sale_order_total_minor_check CHECK (total_minor >= 0)
);
CREATE INDEX sale_order_buyer ON sale_order USING btree (buyer, id) WHERE (buyer <> ''::text);
CREATE INDEX sale_order_channel ON sale_order USING btree (channel, id);
CREATE INDEX sale_order_channel_state ON sale_order USING btree (channel, state, id);
CREATE INDEX sale_order_external ON sale_order USING btree (external_no);
CREATE INDEX sale_order_pay_by ON sale_order USING btree (pay_by) WHERE (state = 'unpaid'::text);
CREATE INDEX sale_order_phone ON sale_order USING btree (phone_key, id) WHERE (phone_key <> ''::text);
CREATE INDEX sale_order_ship_by ON sale_order USING btree (state, ship_by, id) WHERE (state = 'paid'::text);
CREATE INDEX sale_order_simulated ON sale_order USING btree (id) WHERE simulated;
CREATE INDEX sale_order_state ON sale_order USING btree (state, id);
create table sale_rule (
  channel text not null,
  sku_id text not null,
  min_days bigint,
  buyer_quantity bigint,
  buyer_window_us bigint,
  unpaid_orders bigint,
  unpaid_units bigint,
  constraint sale_rule_pkey PRIMARY KEY (channel, sku_id),
  constraint sale_rule_buyer_quantity_check CHECK (buyer_quantity >= 0),
  constraint sale_rule_buyer_window_us_check CHECK (buyer_window_us >= 0),
  constraint sale_rule_min_days_check CHECK (min_days >= 0),
  constraint sale_rule_unpaid_orders_check CHECK (unpaid_orders >= 0),
  constraint sale_rule_unpaid_units_check CHECK (unpaid_units >= 0)
);
create table sales_counted (
  order_id text not null,
  day text not null,
  lines text not null,
  constraint sales_counted_pkey PRIMARY KEY (order_id),
  constraint sales_counted_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order(id)
);
CREATE INDEX sales_counted_day ON sales_counted USING btree (day, order_id);
create table sales_day (
  kind text not null,
  key text not null,
  day text not null,
  channel text not null,
  currency text not null,
  simulated boolean not null,
  orders bigint not null,
  units bigint not null,
  minor bigint not null,
  refunded_units bigint not null,
  refunded_minor bigint not null,
  constraint sales_day_pkey PRIMARY KEY (kind, key, day, channel, currency, simulated),
  constraint sales_day_kind_check CHECK (kind = ANY (ARRAY['all'::text, 'category'::text, 'producer'::text, 'sku'::text]))
);
CREATE INDEX sales_day_best ON sales_day USING btree (day, minor) WHERE (kind = 'sku'::text);
CREATE INDEX sales_day_day ON sales_day USING btree (kind, day);
create table search_word (
  word text not null,
  product_id text not null,
  weight bigint not null,
  constraint search_word_pkey PRIMARY KEY (word, product_id),
  constraint search_word_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id)
);
CREATE INDEX search_word_product ON search_word USING btree (product_id);
create table setting (
  key text not null,
  value text not null,
  version bigint not null,
  changed_at bigint not null,
  changed_by text not null,
  constraint setting_pkey PRIMARY KEY (key)
);
create table sheet_import (
  id text not null,
  producer_id text not null,
  file_name text not null,
  size bigint not null,
  sha256 text not null,
  state text not null,
  only_good boolean not null,
  step text not null,
  step_rows bigint not null,
  reason text not null,
  reason_args text not null,
  report text not null,
  created_by text not null,
  created_at bigint not null,
  imported_by text not null,
  updated_at bigint not null,
  constraint sheet_import_pkey PRIMARY KEY (id),
  constraint sheet_import_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES producer(id),
  constraint sheet_import_state_check CHECK (state = ANY (ARRAY['checking'::text, 'checked'::text, 'handed_in'::text, 'importing'::text, 'imported'::text, 'refused'::text]))
);
CREATE INDEX sheet_import_producer ON sheet_import USING btree (producer_id, id);
create table sheet_import_change (
  import_id text not null,
  seq bigint not null,
  row_number bigint not null,
  gtin text not null,
  name_text text not null,
  is_new boolean not null,
  fields text not null,
  constraint sheet_import_change_pkey PRIMARY KEY (import_id, seq),
  constraint sheet_import_change_import_id_fkey FOREIGN KEY (import_id) REFERENCES sheet_import(id)
);
create table sheet_import_finding (
  import_id text not null,
  seq bigint not null,
  severity text not null,
  reason text not null,
  reason_args text not null,
  field text not null,
  sheet text not null,
  row_number bigint not null,
  column_number bigint not null,
  constraint sheet_import_finding_pkey PRIMARY KEY (import_id, seq),
  constraint sheet_import_finding_import_id_fkey FOREIGN KEY (import_id) REFERENCES sheet_import(id)
);
create table sheet_import_piece (
  import_id text not null,
  seq bigint not null,
  bytes bytea not null,
  constraint sheet_import_piece_pkey PRIMARY KEY (import_id, seq),
  constraint sheet_import_piece_import_id_fkey FOREIGN KEY (import_id) REFERENCES sheet_import(id)
);
create table shelf (
  product_id text not null,
  channel text not null,
  sku_id text not null,
  currency text not null,
  minor bigint not null,
  constraint shelf_pkey PRIMARY KEY (product_id, channel),
  constraint shelf_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id),
  constraint shelf_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES sku(id)
);
create table ship_rule (
  channel text not null,
  within_us bigint not null,
  constraint ship_rule_pkey PRIMARY KEY (channel),
  constraint ship_rule_within_us_check CHECK (within_us > 0)
);
create table sku (
  id text not null,
  product_id text not null,
  gtin text not null,
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
  updated_at bigint not null,
  version bigint not null,
  import_from text not null,
  import_row bigint not null,
  constraint sku_pkey PRIMARY KEY (id),
  constraint sku_gtin_key UNIQUE (gtin),
  constraint sku_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id)
);
CREATE INDEX sku_producer_code ON sku USING btree (producer_code, product_id) WHERE (producer_code <> ''::text);
CREATE INDEX sku_product ON sku USING btree (product_id);
create table staff (
  id text not null,
  name text not null,
  login text not null,
  password_hash text not null,
  created_at bigint not null,
  ended_at bigint,
  roles text not null,
  producer_id text not null,
  seen_at bigint not null,
  constraint staff_pkey PRIMARY KEY (id),
  constraint staff_login_key UNIQUE (login)
);
create table staff_ceremony (
  secret_hash text not null,
  kind text not null,
  state bytea not null,
  expires_at bigint not null,
  constraint staff_ceremony_pkey PRIMARY KEY (secret_hash)
);
create table staff_invitation (
  secret_hash text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  staff_id text,
  roles text not null,
  producer_id text not null,
  id text not null,
  created_by text not null,
  revoked_at bigint,
  constraint staff_invitation_pkey PRIMARY KEY (secret_hash),
  constraint staff_invitation_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
CREATE UNIQUE INDEX staff_invitation_id ON staff_invitation USING btree (id);
create table staff_link (
  secret_hash text not null,
  kind text not null,
  staff_id text not null,
  created_by text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  constraint staff_link_pkey PRIMARY KEY (secret_hash),
  constraint staff_link_kind_check CHECK (kind = ANY (ARRAY['reset'::text, 'enter'::text])),
  constraint staff_link_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
CREATE INDEX staff_link_member ON staff_link USING btree (staff_id);
create table staff_passkey (
  id text not null,
  staff_id text not null,
  credential_id text not null,
  credential text not null,
  sign_count bigint not null,
  name text not null,
  created_at bigint not null,
  used_at bigint,
  constraint staff_passkey_pkey PRIMARY KEY (id),
  constraint staff_passkey_credential_id_key UNIQUE (credential_id),
  constraint staff_passkey_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
CREATE INDEX staff_passkey_member ON staff_passkey USING btree (staff_id, id);
create table staff_recovery_code (
  staff_id text not null,
  code_hash text not null,
  created_at bigint not null,
  used_at bigint,
  constraint staff_recovery_code_pkey PRIMARY KEY (staff_id, code_hash),
  constraint staff_recovery_code_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
create table staff_session (
  secret_hash text not null,
  staff_id text not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  id text not null,
  state text not null,
  factor_at bigint not null,
  device text not null,
  network text not null,
  constraint staff_session_pkey PRIMARY KEY (secret_hash),
  constraint staff_session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
CREATE UNIQUE INDEX staff_session_id ON staff_session USING btree (id);
CREATE INDEX staff_session_member ON staff_session USING btree (staff_id, id);
create table staff_totp (
  staff_id text not null,
  secret bytea not null,
  last_step bigint not null,
  created_at bigint not null,
  constraint staff_totp_pkey PRIMARY KEY (staff_id),
  constraint staff_totp_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
create table staff_view (
  id text not null,
  staff_id text not null,
  list text not null,
  name text not null,
  query text not null,
  shared boolean not null,
  created_at bigint not null,
  constraint staff_view_pkey PRIMARY KEY (id),
  constraint staff_view_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id)
);
CREATE INDEX staff_view_list ON staff_view USING btree (list, staff_id);
create table stock_pool (
  sku_id text not null,
  turns bigint not null,
  constraint stock_pool_pkey PRIMARY KEY (sku_id)
);
create table token (
  id text not null,
  secret_hash text not null,
  name text not null,
  scopes text not null,
  created_by text not null,
  created_at bigint not null,
  used_at bigint,
  ended_at bigint,
  expires_at bigint not null,
  used_from text not null,
  constraint token_pkey PRIMARY KEY (id),
  constraint token_secret_hash_key UNIQUE (secret_hash)
);
create table token_answer (
  token_id text not null,
  key text not null,
  request text not null,
  answer text not null,
  made_at bigint not null,
  constraint token_answer_pkey PRIMARY KEY (token_id, key),
  constraint token_answer_token_id_fkey FOREIGN KEY (token_id) REFERENCES token(id)
);
CREATE INDEX token_answer_made ON token_answer USING btree (made_at);
create table trail (
  number bigint not null,
  happened_at bigint not null,
  actor text not null,
  origin text not null,
  act text not null,
  about text not null,
  detail text not null,
  changes text not null,
  hash text not null,
  constraint trail_pkey PRIMARY KEY (number)
);
CREATE INDEX trail_about ON trail USING btree (about, number);
CREATE INDEX trail_act ON trail USING btree (act, number);
CREATE INDEX trail_actor ON trail USING btree (actor, number);
CREATE INDEX trail_happened ON trail USING btree (happened_at, number);
create table trail_head (
  name text not null,
  number bigint not null,
  happened_at bigint not null,
  hash text not null,
  constraint trail_head_pkey PRIMARY KEY (name),
  constraint trail_head_name_check CHECK (name = 'trail'::text)
);
create table trail_word (
  word text not null,
  number bigint not null,
  constraint trail_word_pkey PRIMARY KEY (word, number)
);
create table unpaid_hold (
  channel text not null,
  holder text not null,
  orders bigint not null,
  units bigint not null,
  version bigint not null,
  constraint unpaid_hold_pkey PRIMARY KEY (channel, holder),
  constraint unpaid_hold_orders_check CHECK (orders >= 0),
  constraint unpaid_hold_units_check CHECK (units >= 0)
);
create table variant (
  id text not null,
  product_id text not null,
  market text not null,
  state text not null,
  version bigint not null,
  approved bigint not null,
  reason text not null,
  note text not null,
  blocks bigint not null,
  warns bigint not null,
  judged_at bigint not null,
  updated_at bigint not null,
  approved_reason text not null,
  approved_blocks bigint not null,
  constraint variant_pkey PRIMARY KEY (id),
  constraint variant_product_id_fkey FOREIGN KEY (product_id) REFERENCES product(id),
  constraint variant_product_id_market_key UNIQUE (product_id, market),
  constraint variant_state_check CHECK (state = ANY (ARRAY['todo'::text, 'translated'::text, 'checked'::text, 'approved'::text, 'on_sale'::text, 'again'::text]))
);
CREATE INDEX variant_list ON variant USING btree (market, id, state, blocks, warns);
create table variant_approval (
  variant_id text not null,
  number bigint not null,
  hash text not null,
  approved_by text not null,
  approved_at bigint not null,
  constraint variant_approval_pkey PRIMARY KEY (variant_id, number),
  constraint variant_approval_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
create table variant_confirmation (
  id text not null,
  variant_id text not null,
  sku_id text not null,
  kind text not null,
  value text not null,
  document_id text not null,
  confirmed_by text not null,
  confirmed_at bigint not null,
  ended_at bigint not null,
  constraint variant_confirmation_pkey PRIMARY KEY (id),
  constraint variant_confirmation_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id),
  constraint variant_confirmation_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES sku(id),
  constraint variant_confirmation_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
CREATE UNIQUE INDEX variant_confirmation_one ON variant_confirmation USING btree (variant_id, sku_id, kind) WHERE (ended_at = 0);
CREATE INDEX variant_confirmation_variant ON variant_confirmation USING btree (variant_id, id);
create table variant_memory (
  id text not null,
  market text not null,
  field text not null,
  lang text not null,
  source_key text not null,
  source text not null,
  target text not null,
  variant_id text not null,
  number bigint not null,
  learnt_at bigint not null,
  constraint variant_memory_pkey PRIMARY KEY (id),
  constraint variant_memory_market_field_lang_source_key_target_key UNIQUE (market, field, lang, source_key, target),
  constraint variant_memory_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
CREATE INDEX variant_memory_list ON variant_memory USING btree (market, id);
create table variant_memory_said (
  word text not null,
  memory_id text not null,
  constraint variant_memory_said_pkey PRIMARY KEY (word, memory_id),
  constraint variant_memory_said_memory_id_fkey FOREIGN KEY (memory_id) REFERENCES variant_memory(id)
);
CREATE INDEX variant_memory_said_memory ON variant_memory_said USING btree (memory_id);
create table variant_memory_word (
  word text not null,
  memory_id text not null,
  constraint variant_memory_word_pkey PRIMARY KEY (word, memory_id),
  constraint variant_memory_word_memory_id_fkey FOREIGN KEY (memory_id) REFERENCES variant_memory(id)
);
CREATE INDEX variant_memory_word_memory ON variant_memory_word USING btree (memory_id);
create table variant_verdict (
  variant_id text not null,
  pack text not null,
  judged_on text not null,
  findings text not null,
  judged_at bigint not null,
  constraint variant_verdict_pkey PRIMARY KEY (variant_id),
  constraint variant_verdict_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
create table variant_version (
  variant_id text not null,
  number bigint not null,
  content text not null,
  source text not null,
  author text not null,
  written_at bigint not null,
  constraint variant_version_pkey PRIMARY KEY (variant_id, number),
  constraint variant_version_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variant(id)
);
create table warehouse (
  id text not null,
  code text not null,
  name_text text not null,
  country text not null,
  time_zone text not null,
  sells boolean not null,
  created_at bigint not null,
  constraint warehouse_pkey PRIMARY KEY (id),
  constraint warehouse_code_key UNIQUE (code)
);

-- SQLite

CREATE TABLE approval_verdict (
  variant_id text primary key references variant (id),
  number integer not null, -- of the version
  pack text not null,
  judged_on text not null,
  findings text not null,
  judged_at integer not null
) strict;
CREATE TABLE attempt (
  subject text primary key,
  failures integer not null,
  blocked_until integer not null,
  updated_at integer not null
) strict;
CREATE TABLE balance (
  lot_id text not null references lot (id),
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  best_before text not null,
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null check (reserved >= 0),
  held integer not null,
  movements integer not null check (movements >= 0), changed_at integer not null default 0,
  primary key (lot_id, warehouse_id),
  check (reserved <= on_hand)
) strict;
CREATE INDEX balance_changed on balance (changed_at);
CREATE INDEX balance_date on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where on_hand > 0;
CREATE INDEX balance_empty on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where on_hand = 0;
CREATE INDEX balance_held on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where held;
CREATE INDEX balance_held_sku on balance (sku_id) where held;
CREATE INDEX balance_sku on balance (sku_id, best_before);
CREATE INDEX balance_stocked on balance (sku_id) where on_hand > 0;
CREATE INDEX balance_warehouse on balance (warehouse_id, (case best_before when '' then '9999-12-31' else best_before end), lot_id) where on_hand > 0;
CREATE TABLE basket (
  id text primary key,
  buyer_id text not null,
  updated_at integer not null
) strict;
CREATE UNIQUE INDEX basket_buyer on basket (buyer_id) where buyer_id <> '';
CREATE INDEX basket_old on basket (updated_at);
CREATE TABLE basket_line (
  basket_id text not null references basket (id) on delete cascade,
  sku_id text not null,
  quantity integer not null check (quantity > 0),
  added_at integer not null,
  primary key (basket_id, sku_id)
) strict;
CREATE TABLE batch (
  id text primary key,
  act text not null,
  actor text not null,
  filter text not null,
  params text not null,
  source text not null check (source in ('chosen', 'filter', 'failed', 'done')),
  from_id text not null,
  undoes text not null,
  undone_by text not null,
  retried_by text not null,
  state text not null check (state in ('running', 'done', 'stopped')),
  undoable integer not null,
  picked_to text not null,
  picked_all integer not null,
  total integer not null check (total >= 0),
  last_seq integer not null check (last_seq >= 0),
  done integer not null check (done >= 0),
  failed integer not null check (failed >= 0),
  created_at integer not null,
  updated_at integer not null,
  check (done + failed <= last_seq)
) strict;
CREATE TABLE batch_item (
  batch_id text not null references batch (id),
  item text not null,
  seq integer not null,
  outcome text not null check (outcome in ('waiting', 'done', 'failed')),
  before text not null,
  reason text not null,
  reason_args text not null,
  primary key (batch_id, item)
) strict;
CREATE INDEX batch_item_outcome on batch_item (batch_id, outcome, seq);
CREATE TABLE brand (
  id text primary key,
  producer_id text not null references producer (id),
  key text not null,
  name_text text not null, version integer not null default 1, merged_into text not null default '',
  unique (producer_id, key)
) strict;
CREATE TABLE buyer (
  id text primary key,
  phone_key text not null unique,
  phone blob not null,
  created_at integer not null,
  ended_at integer
) strict;
CREATE TABLE buyer_address (
  id text primary key,
  buyer_id text not null references buyer (id),
  sealed blob not null,
  created_at integer not null
) strict;
CREATE INDEX buyer_address_buyer on buyer_address (buyer_id, id);
CREATE TABLE buyer_code (
  phone_key text primary key,
  code_hash text not null,
  tries integer not null,
  sent_at integer not null,
  sent_today integer not null,
  expires_at integer not null
) strict;
CREATE TABLE buyer_session (
  secret_hash text primary key,
  buyer_id text not null references buyer (id),
  created_at integer not null,
  expires_at integer not null
) strict;
CREATE INDEX buyer_session_buyer on buyer_session (buyer_id);
CREATE TABLE buyer_take (
  channel text not null,
  sku_id text not null,
  buyer text not null,
  takes text not null,
  version integer not null,
  primary key (channel, sku_id, buyer)
) strict;
CREATE TABLE category (
  key text primary key,
  parent text not null,
  position integer not null,
  name_text text not null
, version integer not null default 1, goods text not null default 'food' check (goods in ('food', 'cosmetics', 'household'))) strict;
CREATE TABLE channel_brake (
  shop text not null primary key,
  since integer not null,
  who text not null,
  why text not null
) strict;
CREATE TABLE channel_call (
  id text not null primary key,
  shop_id text not null references channel_shop (id),
  kind text not null,
  about text not null,
  writes integer not null,
  at integer not null,
  took integer not null, -- microseconds
  request text not null,
  status integer not null, -- of the answer, 0 for none
  answer text not null,
  outcome text not null -- 'ok', a reason, or '' while nobody knows
) strict;
CREATE INDEX channel_call_about on channel_call (shop_id, about, id);
CREATE INDEX channel_call_shop on channel_call (shop_id, id);
CREATE INDEX channel_call_sweep on channel_call (writes, at);
CREATE TABLE channel_carrier (
  channel text not null,
  carrier text not null, -- our code
  code text not null, -- the platform's
  primary key (channel, carrier)
) strict;
CREATE TABLE channel_cursor (
  shop_id text not null references channel_shop (id),
  what text not null,
  until integer not null,
  primary key (shop_id, what)
) strict;
CREATE TABLE channel_decrypt (
  shop_id text not null references channel_shop (id),
  day text not null,
  fields integer not null,
  primary key (shop_id, day)
) strict;
CREATE TABLE channel_listing (
  shop_id text not null references channel_shop (id),
  product_id text not null references product (id),
  wanted integer not null,
  listing_id text not null, -- the platform's, '' before it has one
  state text not null, -- '' before the platform said any
  next_in_audit integer not null,
  shelved integer not null, -- it was on the shelf since it was handed in
  approved integer not null, -- number of the approved version that was sent, 0 for none
  hash text not null, -- of what was sent last
  body text not null, -- what was sent last, '' for nothing
  sending integer not null, -- nobody knows yet what became of it
  lacks text not null, -- what keeps it from being sent
  refusals text not null,
  sent_at integer, -- null: never
  seen_at integer, -- null: never
  looked_at integer not null, -- when it was last compared with our goods
  version integer not null,
  primary key (shop_id, product_id)
) strict;
CREATE INDEX channel_listing_state on channel_listing (shop_id, state, product_id);
CREATE INDEX channel_listing_theirs on channel_listing (shop_id, listing_id);
CREATE TABLE channel_mapping (
  shop_id text not null references channel_shop (id),
  category text not null,
  version integer not null,
  body text not null,
  saved_by text not null,
  saved_at integer not null,
  primary key (shop_id, category, version)
) strict;
CREATE TABLE channel_order (
  shop_id text not null references channel_shop (id),
  number text not null, -- the platform's
  order_id text not null, -- ours, '' while it was not taken in
  state text not null,
  word text not null, -- the platform's own word for the state
  placed_at integer not null,
  modified_at integer not null,
  counted integer not null, -- the platform's version, 0 if it counts none
  ship_by integer, -- null: the platform does not say
  reason text not null, -- why it waits for a person, '' if it does not
  reason_args text not null,
  came blob not null,
  tried_at integer not null,
  primary key (shop_id, number)
) strict;
CREATE INDEX channel_order_ours on channel_order (order_id) where order_id <> '';
CREATE INDEX channel_order_parked on channel_order (tried_at) where reason <> '';
CREATE TABLE channel_order_line (
  shop_id text not null,
  number text not null,
  line_id text not null, -- the platform's
  ref text not null, -- our unit
  quantity integer not null, -- of units
  first integer not null, -- our lines begin with this number
  lines integer not null, -- and are so many
  primary key (shop_id, number, line_id),
  foreign key (shop_id, number) references channel_order (shop_id, number)
) strict;
CREATE TABLE channel_picture (
  shop_id text not null references channel_shop (id),
  picture_id text not null,
  name text not null,
  primary key (shop_id, picture_id)
) strict;
CREATE TABLE channel_policy (
  shop_id text not null references channel_shop (id),
  ref text not null,
  kind text not null check (kind in ('pool', 'fixed', 'percent', 'ring', 'none')),
  quantity integer not null check (quantity >= 0), -- units; of a percentage, percent
  reserve integer not null check (reserve >= 0), -- units of a pool that no shop is given
  until integer, -- of a ring: when it ends
  version integer not null,
  primary key (shop_id, ref)
) strict;
CREATE TABLE channel_return (
  shop_id text not null references channel_shop (id),
  id text not null, -- the platform's
  number text not null, -- of the platform's order
  order_id text not null, -- ours, '' if we have none
  state text not null,
  modified integer not null,
  due integer, -- null: the platform decides never for us
  came blob not null, -- as the platform told it, sealed
  answer text not null, -- what we say to it and the platform has not heard, '' for nothing
  settled integer not null, -- what was paid back there is paid back here
  received integer not null, -- units that came back to us
  reason text not null, -- why a person must look, '' if none
  args text not null,
  primary key (shop_id, id)
) strict;
CREATE INDEX channel_return_open on channel_return (state, due, id);
CREATE INDEX channel_return_order on channel_return (order_id) where order_id <> '';
CREATE INDEX channel_return_reason on channel_return (reason, id) where reason <> '';
CREATE TABLE channel_share (
  channel text not null,
  shop text not null,
  sku_id text not null,
  granted integer not null check (granted >= 0),
  primary key (channel, shop, sku_id)
) strict;
CREATE INDEX channel_share_sku on channel_share (sku_id) where granted > 0;
CREATE TABLE channel_shop (
  id text not null primary key,
  channel text not null,
  external text not null, -- the shop's id on the platform
  name text not null,
  mode text not null check (mode in ('watch', 'live', 'stopped')),
  consent blob not null,
  scope text not null,
  access_until integer not null,
  refresh_until integer, -- null: not known
  consented_at integer not null,
  renewing_until integer not null, -- somebody renews the consent until then
  trouble text not null, -- the reason why it could not be renewed, '' if it could
  version integer not null,
  unique (channel, external)
) strict;
CREATE TABLE channel_standing (
  shop_id text not null references channel_shop (id),
  ref text not null,
  granted integer not null check (granted >= 0), -- of a bundle; a plain unit's is its share in the stock
  call_key text not null, -- '' for no correction under way
  call_by integer not null,
  call_to integer not null,
  call_over integer not null,
  call_sent integer, -- null: never
  offered integer not null,
  read_at integer, -- null: never
  draining_since integer, -- null: it may offer
  set_at integer, -- null: never
  anew integer not null,
  beyond integer not null,
  beyond_since integer, -- null: none
  wanted integer not null,
  why text not null, -- the reason for what is wanted
  trouble text not null, -- the reason why the platform refused the last correction, '' if it did not
  looked_at integer not null, -- when it was last seen to
  version integer not null, refused_at integer,
  primary key (shop_id, ref)
) strict;
CREATE INDEX channel_standing_looked on channel_standing (looked_at);
CREATE TABLE channel_unit (
  shop_id text not null references channel_shop (id),
  ref text not null, -- our name for it: the id of its SKU, or of the bundle
  listing_id text not null, -- the platform's
  unit_id text not null,
  primary key (shop_id, ref),
  unique (shop_id, listing_id, unit_id)
) strict;
CREATE TABLE channel_unit_part (
  shop_id text not null,
  ref text not null,
  sku_id text not null,
  quantity integer not null check (quantity > 0),
  primary key (shop_id, ref, sku_id),
  foreign key (shop_id, ref) references channel_unit (shop_id, ref)
) strict;
CREATE INDEX channel_unit_part_sku on channel_unit_part (sku_id);
CREATE TABLE cost_term (
  id text primary key,
  market text not null,
  kind text not null check (kind in ('ex_works', 'freight', 'insurance', 'warehouse', 'commission', 'other', 'margin')),
  about text not null,
  route text not null,
  channel text not null,
  per text not null check (per in ('unit', 'kg', 'share')),
  minor integer not null check (minor >= 0),
  currency text not null,
  share text not null,
  source text not null,
  valid_from text not null,
  set_by text not null,
  set_at integer not null,
  ended_at integer not null -- 0 while it counts
) strict;
CREATE INDEX cost_term_about on cost_term (market, about, id) where ended_at = 0;
CREATE TABLE count_line (
  sheet_id text not null references count_sheet (id),
  number integer not null,
  lot_id text not null,
  warehouse_id text not null,
  book integer not null,
  found integer check (found >= 0),
  book_then integer not null,
  movements_then integer not null,
  found_by text not null,
  found_at integer,
  open integer not null,
  primary key (sheet_id, number)
) strict;
CREATE UNIQUE INDEX count_line_open on count_line (lot_id, warehouse_id) where open;
CREATE TABLE count_sheet (
  id text primary key,
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  state text not null check (state in ('open', 'posted', 'dropped')),
  note text not null,
  drawn_by text not null,
  drawn_at integer not null,
  ended_by text not null,
  ended_at integer
) strict;
CREATE INDEX count_sheet_state on count_sheet (state, id);
CREATE TABLE document (
  id text primary key,
  about text not null,
  kind text not null,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 text not null,
  valid_until text not null,
  bytes blob not null,
  created_at integer not null
, superseded_at integer) strict;
CREATE INDEX document_about on document (about);
CREATE INDEX document_ending on document (valid_until, id) where superseded_at is null and valid_until <> '';
CREATE INDEX document_name on document (name, id);
CREATE TABLE exchange_rate (
  id text primary key,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  way text not null check (way in ('hand', 'file', 'fetched')),
  valid_on text not null,
  set_by text not null,
  set_at integer not null
) strict;
CREATE INDEX exchange_rate_day on exchange_rate (valid_on, id);
CREATE INDEX exchange_rate_pair on exchange_rate (from_currency, to_currency, valid_on, id);
CREATE TABLE fact (
  id text primary key,
  kind text not null,
  about text not null,
  body text not null,
  actor text not null,
  happened_at integer not null,
  fanned integer not null
) strict;
CREATE INDEX fact_unfanned on fact (id) where not fanned;
CREATE TABLE favourite (
  buyer_id text not null references buyer (id),
  product_id text not null,
  created_at integer not null,
  primary key (buyer_id, product_id)
) strict;
CREATE TABLE form_sent (
  member_id text not null,
  key text not null,
  made_at integer not null,
  primary key (member_id, key)
) strict;
CREATE INDEX form_sent_made on form_sent (made_at);
CREATE TABLE job (
  id text primary key,
  kind text not null,
  unique_key text not null,
  about text not null,
  body text not null,
  every_us integer not null check (every_us >= 0),
  state text not null check (state in ('queued', 'running', 'done', 'parked', 'given_up')),
  again integer not null,
  run_at integer not null,
  attempts integer not null check (attempts >= 0),
  faults integer not null check (faults >= 0),
  lease_owner text not null,
  lease_until integer not null,
  reason text not null,
  reason_args text not null,
  last_error text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE INDEX job_due on job (run_at, id) where state = 'queued';
CREATE INDEX job_given_up on job (id) where state = 'given_up';
CREATE INDEX job_kind on job (kind, id);
CREATE INDEX job_lease on job (lease_until) where state = 'running';
CREATE INDEX job_parked on job (id) where state = 'parked';
CREATE UNIQUE INDEX job_unique on job (kind, unique_key) where state in ('queued', 'running', 'parked');
CREATE TABLE label_approved (
  variant_id text not null references variant (id),
  number integer not null, -- of the version
  sku_id text not null,
  facts text not null, -- JSON
  primary key (variant_id, number, sku_id)
) strict;
CREATE TABLE label_design (
  sku_id text not null references sku (id),
  market text not null,
  edition text not null, -- '': the newest the goods may follow
  width_mm integer not null,
  height_mm integer not null,
  basis text not null, -- 'g' or 'ml': the hundred of what
  serving text not null, -- decimal, '': the table is of a hundred
  rounding text not null,
  content text not null, -- JSON: nutrient → decimal, in a hundred
  laboratory text not null,
  report text not null, -- its number
  reported_on text not null,
  updated_at integer not null,
  version integer not null,
  primary key (sku_id, market)
) strict;
CREATE TABLE label_party (
  market text not null,
  duty text not null check (duty in ('agent', 'seller')),
  role text not null,
  name text not null,
  address text not null,
  contact text not null,
  updated_at integer not null,
  version integer not null,
  primary key (market, duty)
) strict;
CREATE TABLE label_term (
  market text not null,
  source_key text not null, -- the maker's words as they are compared
  source text not null,
  name text not null,
  class text not null,
  ins text not null,
  allergens text not null, -- codes, with spaces between
  decided_by text not null,
  updated_at integer not null,
  version integer not null,
  primary key (market, source_key)
) strict;
CREATE TABLE lot (
  id text primary key,
  sku_id text not null,
  code text not null,
  produced_on text not null,
  best_before text not null,
  created_at integer not null, code_key text not null default '', version integer not null default 1,
  unique (sku_id, code)
) strict;
CREATE INDEX lot_code on lot (code_key, id);
CREATE TABLE market_judged (
  market text primary key,
  pack text not null,
  judged_on text not null
) strict;
CREATE TABLE market_name (
  product_id text not null references product (id),
  market text not null,
  lang text not null,
  name text not null,
  primary key (product_id, market)
) strict;
CREATE TABLE movement (
  lot_id text not null,
  warehouse_id text not null,
  number integer not null,
  kind text not null check (kind in ('receive', 'reserve', 'release', 'take', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold')),
  on_hand_change integer not null,
  reserved_change integer not null,
  pair_warehouse_id text not null,
  pair_number integer not null,
  cause text not null,
  note text not null,
  actor text not null,
  moved_at integer not null,
  primary key (lot_id, warehouse_id, number)
) strict;
CREATE INDEX movement_hand on movement (moved_at, lot_id, warehouse_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');
CREATE INDEX movement_hand_actor on movement (actor, moved_at, lot_id, warehouse_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');
CREATE INDEX movement_hand_warehouse on movement (warehouse_id, moved_at, lot_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');
CREATE INDEX movement_kind on movement (kind, moved_at, lot_id, warehouse_id, number) where kind not in ('reserve', 'release', 'take');
CREATE INDEX movement_lot on movement (lot_id, moved_at, warehouse_id, number);
CREATE TABLE name_word (
  word text not null,
  product_id text not null,
  primary key (word, product_id)
) strict;
CREATE INDEX name_word_product on name_word (product_id, word);
CREATE TABLE order_event (
  order_id text not null references sale_order (id),
  number integer not null,
  step text not null,
  from_state text not null,
  to_state text not null,
  detail text not null,
  actor text not null,
  happened_at integer not null,
  primary key (order_id, number)
) strict;
CREATE TABLE order_line (
  order_id text not null references sale_order (id),
  line integer not null,
  sku_id text not null,
  name text not null,
  quantity integer not null check (quantity > 0),
  refunded_quantity integer not null check (refunded_quantity >= 0 and refunded_quantity <= quantity),
  unit_minor integer not null check (unit_minor >= 0),
  tax_minor integer not null check (tax_minor >= 0),
  total_minor integer not null check (total_minor = unit_minor * quantity + tax_minor), value_minor integer not null default 0, freight_minor integer not null default 0, duty_minor integer not null default 0, consumption_minor integer not null default 0, vat_minor integer not null default 0, tax_terms text not null default '',
  primary key (order_id, line)
) strict;
CREATE INDEX order_line_sku on order_line (sku_id, order_id);
CREATE TABLE order_note (
  id text primary key,
  order_id text not null references sale_order (id),
  body blob not null,
  actor text not null,
  written_at integer not null
) strict;
CREATE INDEX order_note_order on order_note (order_id, id);
CREATE TABLE order_notice (
  id text primary key,
  lang text not null,
  body text not null -- JSON: its sentences
) strict;
CREATE TABLE paper_reminder (
  paper text not null,
  valid_until text not null,
  days integer not null,
  reminded_at integer not null,
  primary key (paper, valid_until, days)
) strict;
CREATE TABLE parcel (
  id text primary key,
  order_id text not null references sale_order (id),
  number integer not null check (number > 0),
  state text not null check (state in ('packed', 'shipped', 'delivered')),
  carrier text not null,
  waybill text not null,
  weight_g integer not null check (weight_g >= 0),
  packed_by text not null,
  packed_at integer not null,
  shipped_at integer not null default 0,
  delivered_at integer not null default 0,
  unique (order_id, number),
  check (state = 'packed' or carrier <> '' and waybill <> '' and shipped_at > 0),
  check ((state = 'delivered') = (delivered_at > 0))
) strict;
CREATE INDEX parcel_carrier on parcel (carrier, id);
CREATE INDEX parcel_state on parcel (state, id);
CREATE UNIQUE INDEX parcel_waybill on parcel (waybill, carrier) where waybill <> '';
CREATE TABLE parcel_line (
  parcel_id text not null references parcel (id),
  line integer not null,
  quantity integer not null check (quantity > 0),
  primary key (parcel_id, line)
) strict;
CREATE TABLE payment_intent (
  id text primary key,
  purpose text not null,
  provider text not null,
  provider_ref text not null,
  currency text not null,
  minor integer not null check (minor > 0),
  refunded_minor integer not null check (refunded_minor >= 0),
  state text not null check (state in ('created', 'started', 'paid', 'declined', 'cancelled')),
  pay_url text not null,
  created_at integer not null,
  expires_at integer not null,
  asked_at integer not null,
  paid_at integer,
  check (refunded_minor <= minor),
  check (refunded_minor = 0 or state = 'paid'),
  check ((paid_at is not null) = (state = 'paid'))
) strict;
CREATE INDEX payment_intent_open on payment_intent (asked_at) where state in ('created', 'started');
CREATE INDEX payment_intent_purpose on payment_intent (purpose);
CREATE TABLE payment_notice (
  provider text not null,
  notice_id text not null,
  intent_id text not null,
  state text not null,
  minor integer not null,
  currency text not null,
  heard_at integer not null,
  primary key (provider, notice_id)
) strict;
CREATE TABLE picture (
  id text primary key,
  product_id text not null references product (id),
  position integer not null,
  alt_text text not null,
  source_hash text not null,
  created_at integer not null
) strict;
CREATE INDEX picture_product on picture (product_id, position);
CREATE TABLE picture_size (
  picture_id text not null references picture (id),
  width integer not null,
  height integer not null,
  media_type text not null,
  bytes blob not null,
  primary key (picture_id, width, media_type)
) strict;
CREATE TABLE price (
  sku_id text not null references sku (id),
  channel text not null,
  currency text not null,
  minor integer not null check (minor > 0),
  set_at integer not null,
  set_by text not null,
  primary key (sku_id, channel)
) strict;
CREATE TABLE price_sheet (
  id text primary key,
  sku_id text not null references sku (id),
  market text not null,
  channel text not null,
  route text not null,
  body text not null,
  made_by text not null,
  made_at integer not null
) strict;
CREATE INDEX price_sheet_sku on price_sheet (sku_id, channel, id);
CREATE TABLE producer (
  id text primary key,
  country text not null,
  tax_number text not null,
  legal_name_text text not null,
  address_text text not null,
  about_text text not null,
  created_at integer not null,
  updated_at integer not null, version integer not null default 1,
  unique (country, tax_number)
) strict;
CREATE TABLE producer_prefix (
  prefix text primary key,
  producer_id text not null references producer (id)
) strict;
CREATE INDEX producer_prefix_producer on producer_prefix (producer_id);
CREATE TABLE producer_registration (
  producer_id text not null references producer (id),
  authority text not null,
  number text not null,
  category text not null,
  valid_from text not null,
  valid_until text not null,
  primary key (producer_id, authority, number)
) strict;
CREATE INDEX producer_registration_ending on producer_registration (valid_until, producer_id, authority, number) where valid_until <> '';
CREATE TABLE producer_step (
  producer_id text not null references producer (id),
  market text not null,
  item text not null,
  attested_at integer,
  attested_by text not null,
  verified_at integer,
  verified_by text not null,
  document_id text not null,
  note text not null,
  primary key (producer_id, market, item)
) strict;
CREATE TABLE product (
  id text primary key,
  producer_id text not null references producer (id),
  brand_id text references brand (id),
  category text not null,
  name_text text not null,
  description_text text not null,
  ingredients_text text not null,
  storage_text text not null,
  origin text not null,
  created_at integer not null,
  updated_at integer not null
, version integer not null default 1, on_sale integer not null default false, missing integer not null default -1) strict;
CREATE INDEX product_brand on product (brand_id, id) where brand_id is not null;
CREATE INDEX product_category on product (category, id);
CREATE INDEX product_list on product (id, producer_id, category, on_sale, missing, updated_at);
CREATE INDEX product_producer on product (producer_id, id);
CREATE INDEX product_unlisted on product (id) where missing < 0;
CREATE TABLE rate_held (
  id text primary key,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  valid_on text not null,
  why text not null check (why in ('far', 'by_hand')),
  held_at integer not null,
  settled_by text not null, -- '' while it waits
  settled_at integer not null,
  unique (from_currency, to_currency, valid_on, source, value)
) strict;
CREATE INDEX rate_held_waiting on rate_held (id) where settled_at = 0;
CREATE TABLE refund (
  id text primary key,
  intent_id text not null references payment_intent (id),
  currency text not null,
  minor integer not null check (minor > 0),
  state text not null check (state in ('requested', 'sent', 'done', 'refused')),
  reason text not null,
  provider_ref text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE INDEX refund_intent on refund (intent_id);
CREATE TABLE reservation (
  order_id text not null,
  number integer not null,
  line integer not null,
  sku_id text not null,
  lot_id text not null,
  warehouse_id text not null,
  quantity integer not null check (quantity > 0),
  returned integer not null check (returned >= 0 and returned <= quantity),
  state text not null check (state in ('active', 'taken', 'released')),
  channel text not null,
  buyer text not null,
  holders text not null,
  counts_until integer,
  expires_at integer,
  created_at integer not null,
  ended_at integer,
  primary key (order_id, number)
) strict;
CREATE INDEX reservation_expiry on reservation (expires_at) where state = 'active' and expires_at is not null;
CREATE INDEX reservation_lot on reservation (lot_id, warehouse_id, order_id) where state = 'active';
CREATE INDEX reservation_sku on reservation (sku_id, channel) where state = 'active';
CREATE TABLE rule_finding (
  market text not null,
  on_date text not null,
  rule text not null,
  variant_id text not null references variant (id),
  blocks integer not null,
  primary key (market, on_date, rule, variant_id)
) strict;
CREATE INDEX rule_finding_variant on rule_finding (variant_id);
CREATE TABLE rule_foresight (
  market text not null,
  on_date text not null,
  variant_id text not null references variant (id),
  blocks integer not null,
  rules text not null,
  primary key (market, on_date, variant_id)
) strict;
CREATE INDEX rule_foresight_blocks on rule_foresight (market, on_date, blocks, variant_id);
CREATE INDEX rule_foresight_variant on rule_foresight (variant_id);
CREATE TABLE sale_order (
  id text primary key,
  number text not null unique,
  channel text not null,
  shop text not null,
  external_no text not null,
  buyer text not null,
  phone_key text not null,
  ship_to blob not null,
  lang text not null,
  currency text not null,
  goods_minor integer not null check (goods_minor >= 0),
  delivery_minor integer not null check (delivery_minor >= 0),
  tax_minor integer not null check (tax_minor >= 0),
  total_minor integer not null check (total_minor >= 0),
  refunded_minor integer not null check (refunded_minor >= 0),
  state text not null check (state in ('unpaid', 'paid', 'shipped', 'delivered', 'completed', 'expired', 'cancelled', 'parked')),
  reason text not null,
  paid_by text not null,
  simulated integer not null,
  placed_at integer not null,
  pay_by integer,
  updated_at integer not null, ship_by integer not null default 0, notice text not null default '',
  unique (channel, shop, external_no),
  check (refunded_minor <= total_minor),
  check (total_minor = goods_minor + delivery_minor + tax_minor)
) strict;
CREATE INDEX sale_order_buyer on sale_order (buyer, id) where buyer <> '';
CREATE INDEX sale_order_channel on sale_order (channel, id);
CREATE INDEX sale_order_channel_state on sale_order (channel, state, id);
CREATE INDEX sale_order_external on sale_order (external_no);
CREATE INDEX sale_order_pay_by on sale_order (pay_by) where state = 'unpaid';
CREATE INDEX sale_order_phone on sale_order (phone_key, id) where phone_key <> '';
CREATE INDEX sale_order_ship_by on sale_order (state, ship_by, id) where state = 'paid';
CREATE INDEX sale_order_simulated on sale_order (id) where simulated;
CREATE INDEX sale_order_state on sale_order (state, id);
CREATE TABLE sale_rule (
  channel text not null,
  sku_id text not null,
  min_days integer check (min_days >= 0),
  buyer_quantity integer check (buyer_quantity >= 0),
  buyer_window_us integer check (buyer_window_us >= 0),
  unpaid_orders integer check (unpaid_orders >= 0),
  unpaid_units integer check (unpaid_units >= 0),
  primary key (channel, sku_id)
) strict;
CREATE TABLE sales_counted (
  order_id text primary key references sale_order (id),
  day text not null,
  lines text not null
) strict;
CREATE INDEX sales_counted_day on sales_counted (day, order_id);
CREATE TABLE sales_day (
  kind text not null check (kind in ('all', 'category', 'producer', 'sku')),
  key text not null,
  day text not null,
  channel text not null,
  currency text not null,
  simulated integer not null,
  orders integer not null,
  units integer not null,
  minor integer not null,
  refunded_units integer not null,
  refunded_minor integer not null,
  primary key (kind, key, day, channel, currency, simulated)
) strict;
CREATE INDEX sales_day_best on sales_day (day, minor) where kind = 'sku';
CREATE INDEX sales_day_day on sales_day (kind, day);
CREATE TABLE search_word (
  word text not null,
  product_id text not null references product (id),
  weight integer not null,
  primary key (word, product_id)
) strict;
CREATE INDEX search_word_product on search_word (product_id);
CREATE TABLE setting (
  key text primary key,
  value text not null,
  version integer not null,
  changed_at integer not null,
  changed_by text not null
) strict;
CREATE TABLE sheet_import (
  id text primary key,
  producer_id text not null references producer (id),
  file_name text not null,
  size integer not null,
  sha256 text not null,
  state text not null check (state in ('checking', 'checked', 'handed_in', 'importing', 'imported', 'refused')),
  only_good integer not null,
  step text not null,
  step_rows integer not null,
  reason text not null,
  reason_args text not null,
  report text not null,
  created_by text not null,
  created_at integer not null,
  imported_by text not null,
  updated_at integer not null
) strict;
CREATE INDEX sheet_import_producer on sheet_import (producer_id, id);
CREATE TABLE sheet_import_change (
  import_id text not null references sheet_import (id),
  seq integer not null,
  row_number integer not null,
  gtin text not null,
  name_text text not null,
  is_new integer not null,
  fields text not null,
  primary key (import_id, seq)
) strict;
CREATE TABLE sheet_import_finding (
  import_id text not null references sheet_import (id),
  seq integer not null,
  severity text not null,
  reason text not null,
  reason_args text not null,
  field text not null,
  sheet text not null,
  row_number integer not null,
  column_number integer not null,
  primary key (import_id, seq)
) strict;
CREATE TABLE sheet_import_piece (
  import_id text not null references sheet_import (id),
  seq integer not null,
  bytes blob not null,
  primary key (import_id, seq)
) strict;
CREATE TABLE shelf (
  product_id text not null references product (id),
  channel text not null,
  sku_id text not null references sku (id),
  currency text not null,
  minor integer not null,
  primary key (product_id, channel)
) strict;
CREATE TABLE ship_rule (
  channel text primary key,
  within_us integer not null check (within_us > 0)
) strict;
CREATE TABLE sku (
  id text primary key,
  product_id text not null references product (id),
  gtin text not null unique,
  producer_code text not null,
  net_milli integer not null,
  net_unit text not null,
  gross_weight_g integer not null,
  length_mm integer not null,
  width_mm integer not null,
  height_mm integer not null,
  case_pack integer not null,
  shelf_life_days integer not null,
  storage_min_c integer,
  storage_max_c integer,
  facts text not null,
  import_hash text not null,
  on_sale integer not null,
  created_at integer not null,
  updated_at integer not null
, version integer not null default 1, import_from text not null default '', import_row integer not null default 0) strict;
CREATE INDEX sku_producer_code on sku (producer_code, product_id) where producer_code <> '';
CREATE INDEX sku_product on sku (product_id);
CREATE TABLE staff (
  id text primary key,
  name text not null,
  login text not null unique,
  password_hash text not null,
  created_at integer not null,
  ended_at integer
, roles text not null default '', producer_id text not null default '', seen_at integer not null default 0) strict;
CREATE TABLE staff_ceremony (
  secret_hash text primary key,
  kind text not null,
  state blob not null,
  expires_at integer not null
) strict;
CREATE TABLE staff_invitation (
  secret_hash text primary key,
  created_at integer not null,
  expires_at integer not null,
  used_at integer,
  staff_id text references staff (id)
, roles text not null default '', producer_id text not null default '', id text not null default '', created_by text not null default '', revoked_at integer) strict;
CREATE UNIQUE INDEX staff_invitation_id on staff_invitation (id);
CREATE TABLE staff_link (
  secret_hash text primary key,
  kind text not null check (kind in ('reset', 'enter')),
  staff_id text not null references staff (id),
  created_by text not null,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;
CREATE INDEX staff_link_member on staff_link (staff_id);
CREATE TABLE staff_passkey (
  id text primary key,
  staff_id text not null references staff (id),
  credential_id text not null unique,
  credential text not null,
  sign_count integer not null,
  name text not null,
  created_at integer not null,
  used_at integer
) strict;
CREATE INDEX staff_passkey_member on staff_passkey (staff_id, id);
CREATE TABLE staff_recovery_code (
  staff_id text not null references staff (id),
  code_hash text not null,
  created_at integer not null,
  used_at integer,
  primary key (staff_id, code_hash)
) strict;
CREATE TABLE staff_session (
  secret_hash text primary key,
  staff_id text not null references staff (id),
  created_at integer not null,
  seen_at integer not null,
  expires_at integer not null,
  ended_at integer
, id text not null default '', state text not null default 'open', factor_at integer not null default 0, device text not null default '', network text not null default '') strict;
CREATE UNIQUE INDEX staff_session_id on staff_session (id);
CREATE INDEX staff_session_member on staff_session (staff_id, id);
CREATE TABLE staff_totp (
  staff_id text primary key references staff (id),
  secret blob not null,
  last_step integer not null,
  created_at integer not null
) strict;
CREATE TABLE staff_view (
  id text primary key,
  staff_id text not null references staff (id),
  list text not null,
  name text not null,
  query text not null,
  shared integer not null,
  created_at integer not null
) strict;
CREATE INDEX staff_view_list on staff_view (list, staff_id);
CREATE TABLE stock_pool (
  sku_id text not null primary key,
  turns integer not null
) strict;
CREATE TABLE token (
  id text primary key,
  secret_hash text not null unique,
  name text not null,
  scopes text not null,
  created_by text not null,
  created_at integer not null,
  used_at integer,
  ended_at integer
, expires_at integer not null default 0, used_from text not null default '') strict;
CREATE TABLE token_answer (
  token_id text not null references token (id),
  key text not null,
  request text not null,
  answer text not null,
  made_at integer not null,
  primary key (token_id, key)
) strict;
CREATE INDEX token_answer_made on token_answer (made_at);
CREATE TABLE trail (
  number integer not null primary key,
  happened_at integer not null,
  actor text not null,
  origin text not null,
  act text not null,
  about text not null,
  detail text not null,
  changes text not null,
  hash text not null
) strict;
CREATE INDEX trail_about on trail (about, number);
CREATE INDEX trail_act on trail (act, number);
CREATE INDEX trail_actor on trail (actor, number);
CREATE INDEX trail_happened on trail (happened_at, number);
CREATE TABLE trail_head (
  name text primary key check (name = 'trail'),
  number integer not null,
  happened_at integer not null,
  hash text not null
) strict;
CREATE TABLE trail_word (
  word text not null,
  number integer not null,
  primary key (word, number)
) strict;
CREATE TABLE unpaid_hold (
  channel text not null,
  holder text not null,
  orders integer not null check (orders >= 0),
  units integer not null check (units >= 0),
  version integer not null,
  primary key (channel, holder)
) strict;
CREATE TABLE variant (
  id text primary key,
  product_id text not null references product (id),
  market text not null,
  state text not null check (state in ('todo', 'translated', 'checked', 'approved', 'on_sale', 'again')),
  version integer not null, -- the latest
  approved integer not null, -- the one that counts
  reason text not null, -- why it was sent back or must be approved again, as a machine word
  note text not null, -- and in the words of a person
  blocks integer not null, -- findings of the latest verdict, by severity
  warns integer not null,
  judged_at integer not null,
  updated_at integer not null, approved_reason text not null default '', approved_blocks integer not null default 0,
  unique (product_id, market)
) strict;
CREATE INDEX variant_list on variant (market, id, state, blocks, warns);
CREATE TABLE variant_approval (
  variant_id text not null references variant (id),
  number integer not null,
  hash text not null,
  approved_by text not null,
  approved_at integer not null,
  primary key (variant_id, number)
) strict;
CREATE TABLE variant_confirmation (
  id text primary key,
  variant_id text not null references variant (id),
  sku_id text not null references sku (id),
  kind text not null,
  value text not null,
  document_id text not null references document (id),
  confirmed_by text not null,
  confirmed_at integer not null,
  ended_at integer not null -- 0 while it counts
) strict;
CREATE UNIQUE INDEX variant_confirmation_one on variant_confirmation (variant_id, sku_id, kind) where ended_at = 0;
CREATE INDEX variant_confirmation_variant on variant_confirmation (variant_id, id);
CREATE TABLE variant_memory (
  id text primary key,
  market text not null,
  field text not null, -- of what text it is a pair; 'term' of a single term
  lang text not null, -- of the source
  source_key text not null, -- the source's words, lower-case, as they are compared
  source text not null,
  target text not null,
  variant_id text not null references variant (id),
  number integer not null,
  learnt_at integer not null,
  unique (market, field, lang, source_key, target)
) strict;
CREATE INDEX variant_memory_list on variant_memory (market, id);
CREATE TABLE variant_memory_said (
  word text not null,
  memory_id text not null references variant_memory (id),
  primary key (word, memory_id)
) strict;
CREATE INDEX variant_memory_said_memory on variant_memory_said (memory_id);
CREATE TABLE variant_memory_word (
  word text not null,
  memory_id text not null references variant_memory (id),
  primary key (word, memory_id)
) strict;
CREATE INDEX variant_memory_word_memory on variant_memory_word (memory_id);
CREATE TABLE variant_verdict (
  variant_id text primary key references variant (id),
  pack text not null, -- digest of the rules it was judged by
  judged_on text not null, -- the day whose rules were asked
  findings text not null,
  judged_at integer not null
) strict;
CREATE TABLE variant_version (
  variant_id text not null references variant (id),
  number integer not null,
  content text not null,
  source text not null,
  author text not null,
  written_at integer not null,
  primary key (variant_id, number)
) strict;
CREATE TABLE warehouse (
  id text primary key,
  code text not null unique,
  name_text text not null,
  country text not null,
  time_zone text not null,
  sells integer not null,
  created_at integer not null
) strict;

-- With the state in front the queue for packing is read in order: SQLite takes an equality
-- over a partial index that only sorts.
drop index sale_order_ship_by;
create index sale_order_ship_by on sale_order (state, ship_by, id) where state = 'paid';

-- Products are found in the console by what they are called in markets too: those that are
-- called something are entered into the list again.
update product set missing = -1 where id in (select product_id from market_name);

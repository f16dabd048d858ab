-- The goods that sold best on a day are read from the end of an index.
create index sales_day_best on sales_day (day, minor) where kind = 'sku';

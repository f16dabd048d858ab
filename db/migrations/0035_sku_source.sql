-- Which row of which workbook a SKU was last taken from: the id of the workbook as it was
-- handed in, or the name of a file; '' and 0 when no import has touched it.
alter table sku add column import_from text not null default '';
alter table sku add column import_row bigint not null default 0;

-- Which row of which workbook a SKU was last taken from: the id of the workbook as it was
-- handed in, or the name of a file; '' and 0 when no import has touched it.
alter table sku add column import_from text not null default '';
alter table sku add column import_row bigint not null default 0;

-- A brand that was merged into another one stays, so that workbooks that name it find the other.
alter table brand add column version bigint not null default 1;
alter table brand add column merged_into text not null default '';

-- What the console's search finds by: an order by its recipient's phone, a document by the
-- beginning of its name.
create index sale_order_phone on sale_order (phone_key, id) where phone_key <> '';
create index document_name on document (name, id);

-- When the platform last refused a correction of a share: it is not asked again at once.
alter table channel_standing add column refused_at bigint;
create index channel_listing_theirs on channel_listing (shop_id, listing_id);

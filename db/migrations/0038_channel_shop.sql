-- Shops on platforms that we serve. The consent is sealed: whoever has it can do everything there.
create table channel_shop (
  id text not null primary key,
  channel text not null,
  external text not null, -- the shop's id on the platform
  name text not null,
  mode text not null check (mode in ('watch', 'live', 'stopped')),
  consent bytea not null,
  scope text not null,
  access_until bigint not null,
  refresh_until bigint, -- null: not known
  consented_at bigint not null,
  renewing_until bigint not null, -- somebody renews the consent until then
  trouble text not null, -- the reason why it could not be renewed, '' if it could
  version bigint not null,
  unique (channel, external)
);

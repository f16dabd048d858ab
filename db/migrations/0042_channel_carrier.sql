-- What a channel calls our carriers, where its name for them is not ours.
create table channel_carrier (
  channel text not null,
  carrier text not null, -- our code
  code text not null, -- the platform's
  primary key (channel, carrier)
);

create table payment_intent (
  id text primary key,
  purpose text not null,
  provider text not null,
  provider_ref text not null,
  currency text not null,
  minor bigint not null check (minor > 0),
  refunded_minor bigint not null check (refunded_minor >= 0),
  state text not null check (state in ('created', 'started', 'paid', 'declined', 'cancelled')),
  pay_url text not null,
  created_at bigint not null,
  expires_at bigint not null,
  asked_at bigint not null,
  paid_at bigint,
  check (refunded_minor <= minor),
  check (refunded_minor = 0 or state = 'paid'),
  check ((paid_at is not null) = (state = 'paid'))
);
create index payment_intent_purpose on payment_intent (purpose);
create index payment_intent_open on payment_intent (asked_at) where state in ('created', 'started');

-- Every word a provider said, kept whole; the same word twice is one row.
create table payment_notice (
  provider text not null,
  notice_id text not null,
  intent_id text not null,
  state text not null,
  minor bigint not null,
  currency text not null,
  heard_at bigint not null,
  primary key (provider, notice_id)
);

create table refund (
  id text primary key,
  intent_id text not null references payment_intent (id),
  currency text not null,
  minor bigint not null check (minor > 0),
  state text not null check (state in ('requested', 'sent', 'done', 'refused')),
  reason text not null,
  provider_ref text not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index refund_intent on refund (intent_id);

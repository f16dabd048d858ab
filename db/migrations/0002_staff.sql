create table staff (
  id text primary key,
  name text not null,
  login text not null unique,
  password_hash text not null,
  role text not null,
  created_at bigint not null,
  ended_at bigint
);

-- One-time links: only the hash of the secret is kept.
create table staff_invitation (
  secret_hash text primary key,
  role text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  staff_id text references staff (id)
);

create table staff_session (
  secret_hash text primary key,
  staff_id text not null references staff (id),
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
);

-- Tokens for machines; scopes are words separated by spaces.
create table token (
  id text primary key,
  secret_hash text not null unique,
  name text not null,
  scopes text not null,
  created_by text not null,
  created_at bigint not null,
  used_at bigint,
  ended_at bigint
);

-- Tries that may be guesses: sign-ins and one-time codes, by what was guessed at.
create table attempt (
  subject text primary key,
  failures bigint not null,
  blocked_until bigint not null,
  updated_at bigint not null
);

-- Who did what to what. Rows are only ever added.
create table trail (
  id text primary key,
  happened_at bigint not null,
  actor text not null,
  act text not null,
  about text not null,
  detail text not null
);
create index trail_about on trail (about, id);

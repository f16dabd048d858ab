-- Second factors and the ceremonies that set them up, sessions that can be told apart, and
-- one-time links to a new password.
alter table staff add column seen_at bigint not null default 0;

-- Every session of before opened everything by a password alone: it ends, and people sign
-- in again. State is open, second (a second factor is awaited) or enrol (one must be set up).
alter table staff_session add column id text not null default '';
alter table staff_session add column state text not null default 'open';
alter table staff_session add column factor_at bigint not null default 0;
alter table staff_session add column device text not null default '';
alter table staff_session add column network text not null default '';
update staff_session set id = 'ses_' || substr(secret_hash, 1, 26), ended_at = coalesce(ended_at, seen_at);
create unique index staff_session_id on staff_session (id);
create index staff_session_member on staff_session (staff_id, id);

alter table staff_invitation add column id text not null default '';
alter table staff_invitation add column created_by text not null default '';
alter table staff_invitation add column revoked_at bigint;
update staff_invitation set id = 'inv_' || substr(secret_hash, 1, 26);
create unique index staff_invitation_id on staff_invitation (id);

-- The secret is sealed. A code belongs to a step of 30 seconds; none up to last_step is
-- accepted any more.
create table staff_totp (
  staff_id text primary key references staff (id),
  secret bytea not null,
  last_step bigint not null,
  created_at bigint not null
);

-- The way in when a second factor is lost: each code opens once.
create table staff_recovery_code (
  staff_id text not null references staff (id),
  code_hash text not null,
  created_at bigint not null,
  used_at bigint,
  primary key (staff_id, code_hash)
);

-- Credential is the public half as the library writes it, credential_id base64url.
create table staff_passkey (
  id text primary key,
  staff_id text not null references staff (id),
  credential_id text not null unique,
  credential text not null,
  sign_count bigint not null,
  name text not null,
  created_at bigint not null,
  used_at bigint
);
create index staff_passkey_member on staff_passkey (staff_id, id);

-- What a sign-in or a set-up in several steps must remember between them; sealed, and taken
-- away by the step that uses it.
create table staff_ceremony (
  secret_hash text primary key,
  kind text not null,
  state bytea not null,
  expires_at bigint not null
);

create table staff_link (
  secret_hash text primary key,
  kind text not null check (kind in ('reset', 'enter')),
  staff_id text not null references staff (id),
  created_by text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index staff_link_member on staff_link (staff_id);

-- When a token ends by itself, 0 if it does not, and the masked network of its last use.
alter table token add column expires_at bigint not null default 0;
alter table token add column used_from text not null default '';

-- What was answered to writing requests of tokens, by the key their caller made for each:
-- asked again, the answer is given again and nothing is done twice. request is a hash of
-- what was asked.
create table token_answer (
  token_id text not null references token (id),
  key text not null,
  request text not null,
  answer text not null,
  made_at bigint not null,
  primary key (token_id, key)
);
create index token_answer_made on token_answer (made_at);

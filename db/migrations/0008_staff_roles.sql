-- A member holds a set of roles, separated by spaces; one who works for a producer sees that
-- producer's goods only. The operator of before did the daily work.
alter table staff add column roles text not null default '';
alter table staff add column producer_id text not null default '';
update staff set roles = case role when 'operator' then 'catalogue channels warehouse support content' else role end;
alter table staff drop column role;
alter table staff_invitation add column roles text not null default '';
alter table staff_invitation add column producer_id text not null default '';
update staff_invitation set roles = case role when 'operator' then 'catalogue channels warehouse support content' else role end;
alter table staff_invitation drop column role;

package staff

import (
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

const membersMost = 1000

const sqlInsertMember = `insert into staff (id, name, login, password_hash, roles, producer_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`

const sqlMembers = `select id, name, login, roles, producer_id, created_at from staff
where ended_at is null order by id limit $1`

// Members lists those who may sign in, in the order in which they came; 1000 at most.
func Members(ctx context.Context, r db.Reader) ([]Member, error) {
	return db.All(ctx, r, scanMember, sqlMembers, membersMost)
}

func scanMember(s db.Scanner) (Member, error) { return scanMemberAnd(s) }

// scanMemberAnd scans a member and what stands in the row after it.
func scanMemberAnd(s db.Scanner, more ...any) (m Member, err error) {
	var roles string
	var created int64
	err = s.Scan(append([]any{&m.ID, &m.Name, &m.Login, &roles, &m.Producer, &created}, more...)...)
	m.Roles, m.CreatedAt = splitRoles(roles), db.Time(created)
	return m, err
}

// Colleague is a member as those see it who look after the staff.
type Colleague struct {
	Member  Member
	SeenAt  time.Time // zero if never
	Factors Factors
}

const sqlColleagues = `select s.id, s.name, s.login, s.roles, s.producer_id, s.created_at, s.seen_at,
  case when s.password_hash = '' then 0 else 1 end, coalesce(t.created_at, 0),
  (select count(*) from staff_passkey p where p.staff_id = s.id),
  (select count(*) from staff_recovery_code c where c.staff_id = s.id and c.used_at is null)
from staff s left join staff_totp t on t.staff_id = s.id`

// ColleagueFilter narrows a list of colleagues; its zero value is all.
type ColleagueFilter struct{ Role Role }

func (f ColleagueFilter) where() (w db.Where) {
	w.And("s.ended_at is null")
	if f.Role != "" {
		w.And("' ' || s.roles || ' ' like $1", "% "+string(f.Role)+" %")
	}
	return w
}

// ListColleagues lists those who may sign in, in the order in which they came, after the
// member with the id, "" for the first.
func ListColleagues(ctx context.Context, r db.Reader, f ColleagueFilter, after pavilion.StaffID, limit int) ([]Colleague, error) {
	w := f.where()
	w.And("s.id > $1", after)
	query, args := w.SQL(sqlColleagues, "order by s.id limit $1", limit)
	return db.All(ctx, r, scanColleague, query, args...)
}

// CountColleagues counts them and stops at most.
func CountColleagues(ctx context.Context, r db.Reader, f ColleagueFilter, most int64) (int64, error) {
	query, args := f.where().SQL("select count(*) from (select s.id from staff s", "limit $1) counted", most)
	return countRows(ctx, r, query, args...)
}

// GetColleague finds one of them. The error is NotFound, staff.member_unknown, when there
// is no such member or it has ended.
func GetColleague(ctx context.Context, r db.Reader, id pavilion.StaffID) (Colleague, error) {
	var w db.Where
	w.And("s.ended_at is null")
	w.And("s.id = $1", id)
	query, args := w.SQL(sqlColleagues, "limit 1")
	c, found, err := db.One(ctx, r, scanColleague, query, args...)
	if err == nil && !found {
		err = errMemberUnknown
	}
	return c, err
}

func scanColleague(s db.Scanner) (c Colleague, err error) {
	var seen, password, totp int64
	c.Member, err = scanMemberAnd(s, &seen, &password, &totp, &c.Factors.Passkeys, &c.Factors.Recovery)
	c.SeenAt, c.Factors.Password, c.Factors.TOTPAt = db.Time(seen), password == 1, db.Time(totp)
	return c, err
}

var errMemberUnknown = pavilion.E(pavilion.NotFound, "staff.member_unknown", nil)

const sqlMember = `select id, name, login, roles, producer_id, created_at from staff where id = $1 and ended_at is null`

// Find returns a member who may sign in. The error is NotFound, staff.member_unknown.
func Find(ctx context.Context, r db.Reader, id pavilion.StaffID) (Member, error) {
	m, found, err := db.One(ctx, r, scanMember, sqlMember, id)
	if err == nil && !found {
		err = errMemberUnknown
	}
	return m, err
}

const sqlSetRoles = `update staff set roles = $1, producer_id = $2
where id = $3 and roles = $4 and producer_id = $5 and ended_at is null`

// SetRoles changes what a colleague may do, from what it was to what it is to be, at once:
// its sessions end, so that nobody goes on under rights of before. Errors: those of
// [Invite]; Forbidden staff.own_roles; NotFound staff.member_unknown; Conflict
// staff.changed_meanwhile when the colleague is no longer what it was, staff.last_owner.
func SetRoles(ctx context.Context, tx *db.Tx, id pavilion.StaffID, was, be Offer) error {
	if isSelf(tx, id) {
		return pavilion.E(pavilion.Forbidden, "staff.own_roles", nil)
	}
	if err := be.check(); err != nil {
		return err
	}
	owners, err := lockOwners(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := Find(ctx, tx, id); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlSetRoles, joinRoles(be.Roles), be.Producer, id, joinRoles(was.Roles), was.Producer)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.Conflict, "staff.changed_meanwhile", nil)
	}
	if slices.Contains(was.Roles, Owner) && !slices.Contains(be.Roles, Owner) && owners == 1 {
		return errLastOwner
	}
	if err := EndSessionsOf(ctx, tx, id); err != nil {
		return err
	}
	changes := []FieldChange{{Field: "roles", Before: joinRoles(was.Roles), After: joinRoles(be.Roles)}}
	if was.Producer != be.Producer {
		changes = append(changes, FieldChange{Field: "producer", Before: string(was.Producer), After: string(be.Producer)})
	}
	return NoteChanges(ctx, tx, "staff.roles_changed", string(id), changes)
}

const sqlEndMember = `update staff set ended_at = $1 where id = $2 and ended_at is null`

// EndMember ends a membership and all its sessions at once. Errors: NotFound
// staff.member_unknown when there is no such member or it has ended; Conflict
// staff.last_owner.
func EndMember(ctx context.Context, tx *db.Tx, id pavilion.StaffID) error {
	owners, err := lockOwners(ctx, tx)
	if err != nil {
		return err
	}
	m, err := Find(ctx, tx, id)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlEndMember, db.Micros(tx.Now()), id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errMemberUnknown
	}
	if slices.Contains(m.Roles, Owner) && owners == 1 {
		return errLastOwner
	}
	if err := EndSessionsOf(ctx, tx, id); err != nil {
		return err
	}
	return Note(ctx, tx, "staff.member_ended", string(id), nil)
}

var errLastOwner = pavilion.E(pavilion.Conflict, "staff.last_owner", nil)

// sqlLockOwners changes nothing: it has two who take the right from each other at the same
// moment wait for one another.
const sqlLockOwners = `update staff set roles = roles where ' ' || roles || ' ' like '% owner %' and ended_at is null`

// lockOwners tells how many owners there are, and keeps it so until the transaction ends.
func lockOwners(ctx context.Context, tx *db.Tx) (int64, error) {
	if _, err := tx.Exec(ctx, sqlLockOwners); err != nil {
		return 0, err
	}
	return countRows(ctx, tx, sqlCountOwners)
}

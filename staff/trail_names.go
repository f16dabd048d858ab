package staff

import (
	"context"
	"maps"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
)

// The acts and actors that stand in the trail, each once. The recursion leaps from one to
// the next along the index, so it reads as many rows as there are different ones.
const (
	sqlTrailActs = `with recursive each(name) as (
  select min(act) from trail
  union all
  select (select min(t.act) from trail t where t.act > each.name) from each where each.name is not null
) select name from each where name is not null limit $1`

	sqlTrailActors = `with recursive each(name) as (
  select min(actor) from trail
  union all
  select (select min(t.actor) from trail t where t.actor > each.name) from each where each.name is not null
) select name from each where name is not null limit $1`
)

// namesMost is how many acts or actors a choice holds.
const namesMost = 500

func scanName(s db.Scanner) (name string, err error) { return name, s.Scan(&name) }

// TrailActs lists the acts that the trail has entries of; 500 at most.
func TrailActs(ctx context.Context, r db.Reader) ([]string, error) {
	return db.All(ctx, r, scanName, sqlTrailActs, namesMost)
}

// TrailActors lists the actors that the trail has entries of, in the form of
// pavilion.Actor.String; 500 at most.
func TrailActors(ctx context.Context, r db.Reader) ([]string, error) {
	return db.All(ctx, r, scanName, sqlTrailActors, namesMost)
}

var (
	memberNames = &db.Keyed{Text: `select id, name from staff where id in (%s)`}
	tokenNames  = &db.Keyed{Text: `select id, name from token where id in (%s)`}
)

// Names returns what members and tokens are called, by their ids, also of those who left.
// Other ids are passed over.
func Names(ctx context.Context, r db.Reader, ids []string) (map[string]string, error) {
	names, members, tokens := map[string]string{}, map[string]struct{}{}, map[string]struct{}{}
	for _, id := range ids {
		switch prefix, _, _ := strings.Cut(id, "_"); prefix {
		case pavilion.PrefixStaff:
			members[id] = struct{}{}
		case pavilion.PrefixToken:
			tokens[id] = struct{}{}
		}
	}
	scan := func(s db.Scanner) (struct{}, error) {
		var id, name string
		err := s.Scan(&id, &name)
		names[id] = name
		return struct{}{}, err
	}
	if _, err := db.AllKeyed(ctx, r, scan, memberNames, slices.Collect(maps.Keys(members))); err != nil {
		return nil, err
	}
	_, err := db.AllKeyed(ctx, r, scan, tokenNames, slices.Collect(maps.Keys(tokens)))
	return names, err
}

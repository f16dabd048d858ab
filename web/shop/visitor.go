package shop

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/web/ui"
)

// cookies reads and writes what the shop keeps at its visitors: the basket's id, the secret
// of a session, and the passes of orders they placed or found. Nothing in them is readable
// to scripts, and with https nothing is sent to any other host.
type cookies struct{ secure bool }

const (
	basketCookie  = "basket"
	sessionCookie = "buyer"
	passesCookie  = "passes"

	// As long as channel/own keeps them.
	basketFor  = 60 * 24 * time.Hour
	sessionFor = 90 * 24 * time.Hour
	passesFor  = 24 * time.Hour // after that an order is found again by number and phone
)

// name returns the name of a cookie: locked to the host where https allows it.
func (c cookies) name(name string) string {
	if c.secure {
		return "__Host-" + name
	}
	return name
}

func (c cookies) get(r *http.Request, name string) string {
	if k, err := r.Cookie(c.name(name)); err == nil {
		return k.Value
	}
	return ""
}

// set keeps a value for a time; an empty value or a negative time removes it.
func (c cookies) set(w http.ResponseWriter, name, value string, ttl time.Duration) {
	k := &http.Cookie{
		Name: c.name(name), Value: value, Path: "/", MaxAge: int(ttl / time.Second),
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		k.MaxAge = -1
	}
	http.SetCookie(w, k)
}

// basketID returns the visitor's basket, "" if there is none.
func (s *Shop) basketID(r *http.Request) pavilion.BasketID {
	id := s.cookies.get(r, basketCookie)
	if !pavilion.CheckID(pavilion.PrefixBasket, id) {
		return ""
	}
	return pavilion.BasketID(id)
}

// keepBasket remembers a basket at the visitor, and how much is in it for the mark on its
// icon.
func (s *Shop) keepBasket(w http.ResponseWriter, b own.Basket) {
	if b.ID != "" {
		s.cookies.set(w, basketCookie, string(b.ID), basketFor)
	}
	ui.SetBasketCount(w, b.Count(), s.cookies.secure)
}

// buyer returns the signed-in buyer. Error: Unauthenticated own.signed_out.
func (s *Shop) buyer(r *http.Request) (own.Buyer, error) {
	secret := s.cookies.get(r, sessionCookie)
	if secret == "" {
		return own.Buyer{}, pavilion.E(pavilion.Unauthenticated, "own.signed_out", nil)
	}
	return s.own.Session(r.Context(), secret)
}

// buyerOrGuest returns the signed-in buyer, or an empty Buyer for a guest.
func (s *Shop) buyerOrGuest(r *http.Request) (own.Buyer, error) {
	b, err := s.buyer(r)
	if pavilion.KindOf(err) == pavilion.Unauthenticated {
		return own.Buyer{}, nil
	}
	return b, err
}

// maxPasses is how many orders a visitor without an account keeps open.
const maxPasses = 8

// viewer returns how the visitor may look at an order: as its buyer, or by a pass.
func (s *Shop) viewer(r *http.Request, id pavilion.OrderID) (own.Viewer, error) {
	b, err := s.buyerOrGuest(r)
	if err != nil {
		return own.Viewer{}, err
	}
	v := own.Viewer{Buyer: b.ID}
	for _, pair := range s.passes(r) {
		if order, pass, _ := strings.Cut(pair, "."); order == string(id) {
			v.Pass = pass
		}
	}
	return v, nil
}

// passes are the orders the visitor holds a pass of, as order.pass, the newest first.
func (s *Shop) passes(r *http.Request) []string {
	kept := s.cookies.get(r, passesCookie)
	if kept == "" {
		return nil
	}
	return strings.SplitN(kept, "~", maxPasses+1)
}

// givePass lets the visitor look at an order for a while.
func (s *Shop) givePass(w http.ResponseWriter, r *http.Request, id pavilion.OrderID) {
	pairs := slices.DeleteFunc(s.passes(r), func(pair string) bool { return strings.HasPrefix(pair, string(id)+".") })
	pairs = append([]string{string(id) + "." + s.own.Pass(id)}, pairs...)
	s.cookies.set(w, passesCookie, strings.Join(pairs[:min(len(pairs), maxPasses)], "~"), passesFor)
}

// caller is the network address of the visitor, for the limits on guessing.
func (s *Shop) caller(r *http.Request) string { return ui.ClientOf(r, s.proxies).String() }

// localPath returns the path if it leads into the shop and nowhere else, or "".
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return ""
	}
	return path
}

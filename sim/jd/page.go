package jd

import (
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/sim/simkit"
)

//go:embed page.html
var pageHTML string

//go:embed jd.css
var pageCSS string

var pages = template.Must(template.New("").Parse(pageHTML))

// listMost is how many orders, refunds and services the page shows, the newest first.
const listMost = 30

// view is what the control page shows.
type view struct {
	W        words
	Lang     pavilion.Lang
	Shop     string
	Now      string
	Said     string // what became of the last command
	Wrong    bool
	SKUs     []SKU
	Orders   []orderView
	Refunds  []refundView
	Services []serviceView
	Kinds    []kindView
}

type orderView struct {
	Order
	StateWords string
	Placed     string
	Amount     string
	Does       []commandView
}

type refundView struct {
	Refund
	StateWords string
	Amount     string
	Does       []int64
}

type serviceView struct {
	Service
	StateWords string
	Does       []commandView
}

type commandView struct{ Name, Label string }

type kindView struct {
	Kind  FaultKind
	Label string
}

// possible are the commands for an order in a state.
var possible = map[string][]string{
	NotPay:       {"pay", "cancel"},
	WaitStockOut: {"lock", "cancel", "refund", "split"},
	Paused:       {"cancel"},
	WaitReceive:  {"receive", "refund"},
	WaitDelivery: {"refund"},
	Locked:       {"unlock", "cancel"},
}

// possibleForService are the commands for a service in a state.
var possibleForService = map[int64][]string{
	ServiceToAudit: {"withdraw"}, ServiceFeedback: {"answer", "withdraw"}, ServiceAnswered: {"withdraw"},
	ServiceToReceive: {"send", "withdraw"}, ServiceToConfirm: {"confirm"},
}

func (s *Simulator) showControl(w http.ResponseWriter, r *http.Request) {
	l := lang(r)
	t := wordsIn[l]
	v := view{W: t, Lang: l, Shop: s.o.ShopName, SKUs: s.SKUs(), Wrong: r.URL.Query().Get("wrong") != ""}
	if v.Said = t.Done; v.Wrong {
		v.Said = orElse(t.reasons[r.URL.Query().Get("wrong")], t.Refused)
	} else if r.URL.Query().Get("done") == "" {
		v.Said = ""
	}
	s.memory.mu.Lock()
	v.Now = s.now().In(beijing).Format(time.DateTime)
	s.memory.mu.Unlock()
	for _, o := range newest(s.Orders()) {
		seen := orderView{o, t.states[o.State], o.PlacedAt.In(beijing).Format(time.DateTime), decimal(o.Fen), nil}
		for _, name := range possible[o.State] {
			if !o.Split && (name != "split" || len(o.Lines) > 1) {
				seen.Does = append(seen.Does, commandView{name, t.commands[name]})
			}
		}
		v.Orders = append(v.Orders, seen)
	}
	for _, rf := range newest(s.Refunds()) {
		seen := refundView{rf, t.refundStates[rf.Status], decimal(rf.Fen), nil}
		if slices.Contains(refundMoves[rf.Status], RefundWithdrawn) {
			seen.Does = append(seen.Does, RefundWithdrawn)
		}
		v.Refunds = append(v.Refunds, seen)
	}
	for _, one := range newest(s.Services()) {
		seen := serviceView{one, t.serviceStates[one.Status], nil}
		for _, name := range possibleForService[one.Status] {
			seen.Does = append(seen.Does, commandView{name, t.commands[name]})
		}
		v.Services = append(v.Services, seen)
	}
	for _, k := range faultKinds {
		v.Kinds = append(v.Kinds, kindView{k, t.faults[k]})
	}
	s.render(w, "control", v, http.StatusOK, "")
}

// newest are the last of a list, the last first.
func newest[T any](list []T) []T {
	list = slices.Clone(list[max(0, len(list)-listMost):])
	slices.Reverse(list)
	return list
}

// backToPage sends the browser back to the page, which tells what became of the command.
func (s *Simulator) backToPage(w http.ResponseWriter, r *http.Request, err error) {
	q := url.Values{"lang": {string(lang(r))}, "done": {"1"}}
	if e, ours := errors.AsType[*pavilion.Error](err); ours {
		q = url.Values{"lang": q["lang"], "wrong": {e.Reason}}
	}
	w.Header().Set("Location", "./?"+q.Encode())
	w.WriteHeader(http.StatusSeeOther)
}

// consentView is the page on which the shop lets an application in.
type consentView struct {
	W    words
	Lang pavilion.Lang
	App  string
	Shop string
	Fine bool
}

func (s *Simulator) showConsent(w http.ResponseWriter, r *http.Request) {
	a, ok := s.readConsent(r)
	status, back := http.StatusOK, ""
	if u, err := url.Parse(a.Redirect); ok && err == nil {
		back = u.Scheme + "://" + u.Host
	} else {
		status = http.StatusBadRequest
	}
	l := lang(r)
	s.render(w, "consent", consentView{wordsIn[l], l, a.App, s.o.ShopName, ok}, status, back)
}

func (s *Simulator) render(w http.ResponseWriter, name string, v any, status int, formsTo string) {
	simkit.Page(w, s.o.Log, pages, name, v, status, formsTo)
}

// lang is the page's language: as the address says, else as the browser prefers, else Chinese.
func lang(r *http.Request) pavilion.Lang {
	if l := pavilion.Lang(r.URL.Query().Get("lang")); wordsIn[l].Title != "" {
		return l
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		l, _, _ := strings.Cut(strings.TrimSpace(tag), ";")
		l, _, _ = strings.Cut(l, "-")
		if wordsIn[pavilion.Lang(l)].Title != "" {
			return pavilion.Lang(l)
		}
	}
	return pavilion.Chinese
}

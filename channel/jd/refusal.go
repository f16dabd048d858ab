package jd

import (
	"cmp"

	"pavilion"
	"pavilion/channel"
)

// meaning is what one of JD's error codes is to us.
type meaning struct {
	kind   pavilion.Kind
	reason string
	unsure bool // a write that was answered so may have been carried out all the same
	mute   bool // JD's words repeat the token: they are not passed on
}

var (
	away        = meaning{kind: pavilion.Unavailable, reason: "jd.unavailable", unsure: true}
	busy        = meaning{kind: pavilion.Limited, reason: "jd.busy"}
	clock       = meaning{kind: pavilion.Unavailable, reason: "jd.clock"}
	token       = meaning{kind: pavilion.Unauthenticated, reason: "jd.token", mute: true}
	app         = meaning{kind: pavilion.Forbidden, reason: "jd.app"}
	permission  = meaning{kind: pavilion.Forbidden, reason: "jd.permission"}
	environment = meaning{kind: pavilion.Forbidden, reason: "jd.environment"}
	stopped     = meaning{kind: pavilion.Forbidden, reason: "jd.stopped"}
	fault       = meaning{kind: pavilion.Internal, reason: "jd.call_wrong"}
	refusal     = meaning{kind: pavilion.Invalid, reason: "jd.refused"}
	sealed      = meaning{kind: pavilion.Invalid, reason: "jd.undecryptable"}
	unknown     = meaning{kind: pavilion.NotFound, reason: "jd.unknown"}
	done        = meaning{kind: pavilion.Conflict, reason: "jd.already_done"}
	locked      = meaning{kind: pavilion.Conflict, reason: "jd.locked"}
	overseas    = meaning{kind: pavilion.Conflict, reason: "jd.overseas_shop"}
	carrier     = meaning{kind: pavilion.Invalid, reason: "jd.carrier"}
)

// meanings says what each code is to us; a code that is not here is a refusal with JD's own
// words, for a person.
var meanings = func() map[string]meaning {
	out := map[string]meaning{}
	for _, m := range []struct {
		meaning meaning
		codes   []string
	}{
		{away, []string{"1", "43", "65", "66", "67", "69", "500", "99999999"}},
		{busy, []string{"2", "32", "503"}},
		{clock, []string{"7", "8"}},
		{token, []string{"18", "19", "22"}},
		{app, []string{"9", "10", "11", "12", "20", "21", "25", "89", "90", "91", "92"}},
		{permission, []string{"24", "64", "72", "79", "88", "403"}},
		{environment, []string{"73", "74", "75", "77", "78", "80"}},
		{stopped, []string{"3", "23", "28"}},
		{fault, []string{"4", "5", "6", "13", "14", "15", "16", "50", "62", "63", "68"}},
		{refusal, []string{"60", "61", "400"}},
		{sealed, []string{"83", "85", "86", "87"}},
		{unknown, []string{"71", "10100001", "10100041"}},
		{done, []string{"17", "10400001"}},
		{locked, []string{"70", "101000014"}},
		{overseas, []string{"10100014"}},
		{carrier, []string{"10200001", "10200002", "10200003", "10200005", "10200008"}},
	} {
		for _, code := range m.codes {
			out[code] = m.meaning
		}
	}
	return out
}()

// refused is the error after a refusal in JD's words. Args hold the method, the code, and
// the words without secrets and personal data.
func (a answer) refused(code, words string) error {
	m, known := meanings[code]
	if !known {
		m = refusal
	}
	args := pavilion.Args{"method": a.call.method, "code": cmp.Or(redact(code, a.secret...), "?")}
	if m.unsure && a.call.writes {
		return &pavilion.Error{Kind: channel.ErrUnknown.Kind, Reason: channel.ErrUnknown.Reason, Args: args}
	}
	if !m.mute {
		args["words"] = redact(words, a.secret...)
	}
	return &pavilion.Error{Kind: m.kind, Reason: m.reason, Args: args}
}

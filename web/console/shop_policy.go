package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/web/ui"
)

// policyForm is how much a shop gets, to be changed.
type policyForm struct {
	Where   string // address, "" for those who may not change it
	Fields  []ui.Field
	Version int64 // of the policy that is seen
}

var policyKinds = []channel.PolicyKind{channel.Pool, channel.Fixed, channel.Percent, channel.Ring, channel.None}

// dayHour is how a moment is written in a form.
const dayHour = "2006-01-02T15:04"

func formOf(p *ui.Printer, policy channel.Policy, where string, zone *time.Location) policyForm {
	kind := policy.Kind
	if kind == "" {
		kind = channel.Pool
	}
	var options []ui.Option
	for _, k := range policyKinds {
		options = append(options, ui.Option{Value: string(k), Label: p.T("channel.policy." + string(k)), Selected: k == kind})
	}
	until := ""
	if !policy.Until.IsZero() {
		until = policy.Until.In(zone).Format(dayHour)
	}
	return policyForm{Where: where, Version: policy.Version, Fields: []ui.Field{
		{Name: "kind", Label: p.T("channel.policy"), Type: "select", Value: string(kind), Options: options},
		{Name: "quantity", Label: p.T("channel.policy_quantity"), Hint: p.T("channel.policy_quantity_text"), Value: strconv.FormatInt(policy.Quantity, 10), InputMode: "numeric"},
		{Name: "reserve", Label: p.T("channel.policy_reserve"), Hint: p.T("channel.policy_reserve_text"), Value: strconv.FormatInt(policy.Reserve, 10), InputMode: "numeric"},
		{Name: "until", Label: p.T("channel.policy_until"), Hint: p.T("channel.policy_until_text"), Type: "datetime-local", Value: until},
	}}
}

// policyFrom reads a policy from a form. Error: Invalid channel.policy_malformed with the field.
func policyFrom(r *http.Request, shop pavilion.ShopID, ref string, zone *time.Location) (channel.Policy, error) {
	policy := channel.Policy{Shop: shop, Ref: ref, Kind: channel.PolicyKind(r.PostFormValue("kind"))}
	wrong := func(field string) (channel.Policy, error) {
		return policy, pavilion.E(pavilion.Invalid, "channel.policy_malformed", pavilion.Args{"most": int64(1_000_000_000)}).At(field)
	}
	for name, to := range map[string]*int64{"quantity": &policy.Quantity, "reserve": &policy.Reserve, "version": &policy.Version} {
		text := strings.TrimSpace(r.PostFormValue(name))
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return wrong(name)
		}
		*to = n
	}
	if text := r.PostFormValue("until"); text != "" && policy.Kind == channel.Ring {
		at, err := time.ParseInLocation(dayHour, text, zone)
		if err != nil {
			return wrong("until")
		}
		policy.Until = at
	}
	return policy, nil
}

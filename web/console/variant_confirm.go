package console

import (
	"context"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

// confirmUnit is a SKU with what a person must confirm of it.
type confirmUnit struct {
	SKU   pavilion.SKUID
	GTIN  string
	Items []confirmItem
}

// confirmItem is one thing to confirm with a document.
type confirmItem struct {
	Kind      string
	Label     string
	About     string
	Value     string // what is confirmed, as people read it; "" if there is nothing yet
	Badge     ui.Badge
	Done      string // by whom, when and by which document
	DoneURL   string
	Confirmed bool
	Documents []ui.Option
}

// units are what is confirmed of each SKU and what is not.
func (d *variantPage) units(p *ui.Printer) (out []confirmUnit) {
	var documents []ui.Option
	for _, doc := range d.documents {
		documents = append(documents, ui.Option{Value: string(doc.ID), Label: doc.Name})
	}
	content := d.content()
	for _, u := range d.source.SKUs {
		one := confirmUnit{SKU: u.ID, GTIN: string(u.GTIN)}
		for _, kind := range tailoring.ConfirmationKinds {
			value, shown := confirmValue(kind, content, u), ""
			switch {
			case value == "":
			case kind == tailoring.Laboratory:
				shown = p.T("tailoring.confirm.nutrition")
			default:
				shown = value
			}
			item := confirmItem{Kind: string(kind), Label: p.T("tailoring.confirm." + string(kind)), About: p.T("tailoring.confirm." + string(kind) + ".about"), Value: shown, Documents: documents,
				Badge: ui.Badge{Tone: ui.Careful, Text: p.T("tailoring.confirm.no")}}
			if at := slices.IndexFunc(d.confirmed, func(c tailoring.Confirmation) bool {
				return c.SKU == u.ID && c.Kind == kind && c.Value == value && value != ""
			}); at >= 0 {
				c := d.confirmed[at]
				item.Confirmed, item.Badge, item.DoneURL = true, ui.Badge{Tone: ui.Good, Text: p.T("tailoring.confirm.yes")}, "/console/documents/"+string(c.Document)
				item.Done = p.T("tailoring.confirm.by", "who", d.names.who(p, c.ConfirmedBy), "at", p.Moment(c.ConfirmedAt))
			}
			one.Items = append(one.Items, item)
		}
		out = append(out, one)
	}
	return out
}

// confirmValue is what a confirmation of a SKU is about now.
func confirmValue(kind tailoring.ConfirmationKind, c tailoring.Content, u tailoring.SourceSKU) string {
	if kind == tailoring.Laboratory {
		return tailoring.NutritionMark(u.Facts.Nutrition)
	}
	return c.SKUs[u.ID].HSCode
}

// confirmUnitOf confirms something of a SKU with a document, or takes that back, and judges
// the variant again.
func confirmUnitOf(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, r *http.Request) error {
	sku, kind := pavilion.SKUID(r.PostFormValue("sku")), tailoring.ConfirmationKind(r.PostFormValue("kind"))
	if r.PostFormValue("end") == "1" {
		if err := tailoring.Unconfirm(ctx, tx, v.ID, sku, kind); err != nil {
			return err
		}
		return tailoring.Judge(ctx, tx, m, v.ID)
	}
	source, err := tailoring.SourceOf(ctx, tx, v.Product)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(source.SKUs, func(u tailoring.SourceSKU) bool { return u.ID == sku })
	if at < 0 {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil).At("sku")
	}
	var content tailoring.Content
	if v.Version > 0 {
		last, err := tailoring.GetVersion(ctx, tx, v.ID, v.Version)
		if err != nil {
			return err
		}
		content = last.Content
	}
	if err := tailoring.Confirm(ctx, tx, tailoring.Confirmation{
		Variant: v.ID, SKU: sku, Kind: kind, Value: confirmValue(kind, content, source.SKUs[at]), Document: pavilion.DocumentID(r.PostFormValue("document")),
	}); err != nil {
		return err
	}
	return tailoring.Judge(ctx, tx, m, v.ID)
}

// sampleVariants are pages to look at without a database.
func sampleVariants(p *ui.Printer) map[string]variantView {
	base := variantView{
		URL: variantURL("vrt_00000000000000000000000000"), Name: pavilion.Text{"ru": "Шоколад молочный", "en": "Milk chocolate", "zh": "牛奶巧克力", "be": "Шакалад малочны"},
		Market: "CN", Product: "/console/products/prd_00000000000000000000000000", State: ui.Badge{Text: p.T("tailoring.state.todo")}, Judged: p.T("tailoring.not_judged"), Edits: true,
		Rows: []variantField{{editInput: editInput{Field: ui.Field{Name: "name", Label: p.T("tailoring.field.name")}, Group: p.T("tailoring.group.shelf")}, Source: []textCell{{pavilion.Russian, p.T("goods.lang.ru"), "Шоколад молочный"}}}},
	}
	wrong := base
	wrong.State = ui.Badge{Tone: ui.Bad, Text: p.T("tailoring.state.again")}
	wrong.Says = []ui.Notice{{Tone: ui.Careful, Title: p.T("tailoring.reason.source"), Text: p.T("tailoring.reason.source.text")}}
	found := findingView{ID: findingID(0), Badge: ui.Badge{Tone: ui.Bad, Text: p.T("tailoring.severity.blocks")}, Text: "…", Fix: "…", Source: "GB 7718-2025", Since: p.T("tailoring.since", "on", p.Date("2027-03-16")), Verified: verifiedBadge(p, rules.Recalled), Rule: ui.Link{URL: rulesPath, Label: p.T("rules.title")},
		Missing: []string{"…"}, Ways: []ui.Link{{URL: labelsPath, Label: p.T("tailoring.way.parties")}}, Notice: true}
	wrong.Rows = []variantField{{editInput: base.Rows[0].editInput, Source: base.Rows[0].Source, Findings: []findingView{found}, Proposals: []proposalView{{Take: "name.0", Target: "牛奶巧克力", Source: "Шоколад молочный", Alike: 80, From: ui.Link{URL: base.URL, Label: "1"}}}}}
	wrong.Others, wrong.Blocks, wrong.HandsIn, wrong.Blocking = []findingView{found}, 1, true, []ui.Link{{URL: "#" + findingID(0), Label: found.Text}}
	wrong.Units = []confirmUnit{{GTIN: "4810067073123", Items: []confirmItem{{Kind: "hs_code", Label: p.T("tailoring.confirm.hs_code"), About: p.T("tailoring.confirm.hs_code.about"), Value: "1806320000", Badge: ui.Badge{Tone: ui.Careful, Text: p.T("tailoring.confirm.no")}}}}}
	return map[string]variantView{"todo": base, "again": wrong}
}

package douyin

import (
	"context"
	"unicode/utf8"
)

// Where the audit of a picture stands.
const (
	MaterialWaits    Int = 1
	MaterialInReview Int = 2
	MaterialPassed   Int = 3
	MaterialRejected Int = 4
)

// Picture is one in the material centre. Address is what a listing names; it is there once the
// audit has passed, mostly within four seconds.
type Picture struct {
	ID      Text   `json:"material_id"`
	Audit   Int    `json:"audit_status"`
	Address string `json:"byte_url"`
	Refused string `json:"audit_reject_desc"` // why, from [Shop.Picture] alone
}

// Ready tells whether a listing may name the picture.
func (p Picture) Ready() bool { return p.Audit == MaterialPassed && p.Address != "" }

const materialNameMost = 50

// AddPicture has the platform fetch a picture, png or jpg up to 10 MB, from a public address.
// The same picture is kept once, so that it may be repeated.
func (s Shop) AddPicture(ctx context.Context, address, name string) (Picture, error) {
	if utf8.RuneCountInString(name) > materialNameMost {
		name = string([]rune(name)[:materialNameMost])
	}
	var told Picture
	err := s.act(ctx, "material.uploadImageSync", struct {
		Folder   string `json:"folder_id"`
		URL      string `json:"url"`
		Name     string `json:"material_name"`
		Distinct bool   `json:"need_distinct"`
	}{"0", address, name, true}, &told)
	return told, err
}

// Picture asks how the audit of a picture stands.
func (s Shop) Picture(ctx context.Context, id Text) (Picture, error) {
	var told struct {
		Info Picture `json:"material_info"`
	}
	err := s.ask(ctx, "material.queryMaterialDetail", struct {
		ID Text `json:"material_id"`
	}{id}, &told)
	return told.Info, err
}

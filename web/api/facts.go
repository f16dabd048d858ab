package api

import (
	"github.com/danielgtaylor/huma/v2"

	"pavilion"
	"pavilion/catalog"
)

// facts are what is in a pack.
type facts struct {
	Composition

	Ingredients []catalog.Ingredient `json:"ingredients,omitempty" doc:"In the order of the package. They follow from the ingredients of the product."`
}

// Composition is the part of the facts that is told with the pack.
type Composition struct {
	Allergens   []string   `json:"allergens,omitempty" maxItems:"14" doc:"What it contains."`
	MayContain  []string   `json:"may_contain,omitempty" maxItems:"14" doc:"What it may hold traces of."`
	NoAllergens bool       `json:"no_allergens,omitempty" doc:"The producer states that there are none."`
	Nutrition   *nutrition `json:"nutrition,omitempty" doc:"Of 100 g or 100 ml; missing if not stated."`
}

// ingredient stands for catalog.Ingredient in the document.
type ingredient struct {
	Name    pavilion.Text        `json:"name"`
	Percent string               `json:"percent,omitempty" example:"12.5" doc:"Decimal with a point; missing if not stated."`
	Parts   []catalog.Ingredient `json:"parts,omitempty" example:"[]" doc:"What it is made of itself."`
}

// nutrition is catalog.Nutrition with words about its fields.
type nutrition struct {
	Basis        catalog.Unit `json:"basis" enum:"g,ml" doc:"The 100 of what."`
	KJ           *int64       `json:"kj,omitempty" minimum:"0" maximum:"100000" example:"2250" doc:"Energy in kJ."`
	Kcal         *int64       `json:"kcal,omitempty" minimum:"0" maximum:"100000" example:"540" doc:"Energy in kcal."`
	Fat          *int64       `json:"fat_mg,omitempty" minimum:"0" maximum:"100000" example:"34000" doc:"Fat in mg."`
	Saturated    *int64       `json:"saturated_mg,omitempty" minimum:"0" maximum:"100000" example:"20000" doc:"Saturated fatty acids in mg."`
	Carbohydrate *int64       `json:"carbohydrate_mg,omitempty" minimum:"0" maximum:"100000" example:"46000" doc:"Carbohydrate in mg."`
	Sugars       *int64       `json:"sugars_mg,omitempty" minimum:"0" maximum:"100000" example:"39000" doc:"Sugars in mg."`
	Fibre        *int64       `json:"fibre_mg,omitempty" minimum:"0" maximum:"100000" example:"8000" doc:"Fibre in mg."`
	Protein      *int64       `json:"protein_mg,omitempty" minimum:"0" maximum:"100000" example:"7000" doc:"Protein in mg."`
	Salt         *int64       `json:"salt_mg,omitempty" minimum:"0" maximum:"100000" example:"20" doc:"Salt in mg."`
	Source       string       `json:"source,omitempty" maxLength:"200" example:"laboratory report 118" doc:"Who says so; missing if the producer does."`
}

// TransformSchema names the allergens there are, also in what a composition is part of.
func (Composition) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nameAllergens(s)
}

func nameAllergens(s *huma.Schema) *huma.Schema {
	for _, name := range []string{"allergens", "may_contain"} {
		items := s.Properties[name].Items
		for _, code := range catalog.Allergens {
			items.Enum = append(items.Enum, code)
		}
		items.Description = "The allergen’s code."
		items.PrecomputeMessages()
	}
	return s
}

func factsOf(f catalog.Facts) facts {
	return facts{Composition{f.Allergens, f.MayContain, f.NoAllergens, (*nutrition)(f.Nutrition)}, f.Ingredients}
}

func (c Composition) facts() catalog.Facts {
	return catalog.Facts{Allergens: c.Allergens, MayContain: c.MayContain, NoAllergens: c.NoAllergens, Nutrition: (*catalog.Nutrition)(c.Nutrition)}
}

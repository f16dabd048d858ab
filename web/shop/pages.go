package shop

import "pavilion/web/ui"

// pages are the views of the shop, each tied to its template.
type pages struct {
	home       *ui.Page[homeView]
	categories *ui.Page[categoriesView]
	list       *ui.Page[listView]
	product    *ui.Page[productView]
	label      *ui.Page[labelView]
	producers  *ui.Page[producersView]
	producer   *ui.Page[producerView]
	stories    *ui.Page[storiesView]
	story      *ui.Page[storyView]
	text       *ui.Page[textView]
	basket     *ui.Page[basketView]
	checkout   *ui.Page[checkoutView]
	payment    *ui.Page[paymentView]
	order      *ui.Page[orderView]
	find       *ui.Page[findView]
	signIn     *ui.Page[signInView]
	account    *ui.Page[accountView]
	favourites *ui.Page[favouritesView]
}

func (s *Shop) declarePages() pages {
	a := s.area
	return pages{
		home:       ui.NewPage[homeView](a, "home", nil).Samples(s.sampleHomes),
		categories: ui.NewPage[categoriesView](a, "categories", nil).Samples(sampleShelves),
		list:       ui.NewPage[listView](a, "list", nil).Samples(sampleLists),
		product:    ui.NewPage[productView](a, "product", nil).Samples(s.sampleProducts),
		label:      ui.NewPage[labelView](a, "label", nil).Samples(s.sampleLabels),
		producers:  ui.NewPage[producersView](a, "producers", nil).Samples(sampleMakers),
		producer:   ui.NewPage[producerView](a, "producer", nil).Samples(sampleMakerPages),
		stories:    ui.NewPage[storiesView](a, "stories", nil).Samples(s.sampleStoryLists),
		story:      ui.NewPage[storyView](a, "story", nil).Samples(s.sampleStories),
		text:       ui.NewPage[textView](a, "text", nil).Samples(sampleTexts),
		basket:     ui.NewPage[basketView](a, "basket", nil).Samples(sampleBaskets),
		checkout:   ui.NewPage[checkoutView](a, "checkout", nil).Samples(s.sampleCheckouts),
		payment:    ui.NewPage[paymentView](a, "payment", nil).Samples(samplePayments),
		order:      ui.NewPage[orderView](a, "order", nil).Samples(sampleOrders),
		find:       ui.NewPage[findView](a, "find", nil).Samples(s.sampleFinds),
		signIn:     ui.NewPage[signInView](a, "signin", nil).Samples(s.sampleSignIns),
		account:    ui.NewPage[accountView](a, "account", nil).Samples(sampleAccounts),
		favourites: ui.NewPage[favouritesView](a, "favourites", nil).Samples(sampleFavourites),
	}
}

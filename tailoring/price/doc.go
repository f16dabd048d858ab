// Package price explains what goods cost on the shelf of a market, step by step: from the
// price at the factory's gate through freight, insurance, what the state takes, the
// warehouse and the channel's commission to the margin. Every step says its rate, who said
// so and from which day on.
//
// [Work] is the pure core: from goods, terms and exchange rates to a [Sheet] whose steps add
// up to the price to the minor unit. The rest keeps what it needs: exchange rates
// ([SetRates], [RatesOn], and [Fetch] for those of a bank), what things cost ([SetTerm], [Terms]) and the sheets by which
// prices were set ([SetPrice], [Kept]).
package price

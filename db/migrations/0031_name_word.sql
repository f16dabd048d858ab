-- Which words a product has: products found by a rare word are looked at for the common ones.
create index name_word_product on name_word (product_id, word);

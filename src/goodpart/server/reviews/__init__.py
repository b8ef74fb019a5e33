"""Reviews: a person's verdict on an inspection, which corrects the key figures and is the evidence for promotion."""

"""The portal's nouns and rules: legacy logins, people, companies, process records and the campaign."""

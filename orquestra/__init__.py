"""The portal's nouns and rules: legacy logins, people, companies, processes and the campaign."""

"""The pages that people see: login, sign-up, consent, logout. In Portuguese, as gov.br's are."""

"""gov.br's Login Único seen by a relying party, and a simulator for machines that cannot reach it."""

"""What protects the pages: headers, forged forms, guessed passwords."""

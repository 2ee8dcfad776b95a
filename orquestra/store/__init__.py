"""The portal's tables; the only rooms of this package that name them are its query modules."""

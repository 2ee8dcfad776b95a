"""The pages: customers walk the road and work, staff decide."""

"""The mistakes that are found before anything is changed."""

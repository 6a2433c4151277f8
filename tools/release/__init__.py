"""What packages a version, and looks at the packages."""
